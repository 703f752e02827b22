import { formatCursor, type AsOf, type State } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readCursor, readKeptLedgers } from '@stellar-insights/db/ledgers';
import { readStateSync, type StateSync, type StateSyncName } from '@stellar-insights/db/state-syncs';
import { isoTime } from '@stellar-insights/wire';
import { z } from 'zod';
import type { AnswerKind } from '../cache/answer-kinds.ts';
import { asOfLedgers, continues } from './as-of.ts';
import { noLedgers, notSynced } from './problem.ts';
import { inSnapshot, type RouteContext } from './route-context.ts';

interface StateAnswer {
  readonly state: State;
  readonly as_of: AsOf;
}

export interface StateQuestion<Schema extends z.ZodType> {
  readonly kind: AnswerKind;
  /** Whose snapshots the answer is made from. */
  readonly sync: StateSyncName;
  /** Of the whole answer. */
  readonly schema: Schema;
  /** The `as_of.cursor` of the first page of the same list, if this is a later one. */
  readonly asOfCursor?: string | undefined;
  /** What is asked, in one spelling: the filters and the place of the page. */
  readonly about: readonly unknown[];
}

interface StateReading<Answer> {
  readonly answer: Omit<Answer, keyof StateAnswer>;
  /** For `as_of`. Default: the last ledger stored. */
  readonly ledgers?: { readonly from: number; readonly to: number } | undefined;
}

/**
 * An answer about the state of the network: the one that is kept for the same question about the same snapshot, or for a moment
 * that about the snapshot before, where the kind of answer allows it; else one that is read from one snapshot of the database.
 * `is_stale` is of the moment in which the answer is given. `read` may serve several requests.
 *
 * @throws ProblemError 503 `not_synced` or `no_ledgers`
 */
export async function answerState<Schema extends z.ZodType<StateAnswer>>(
  context: RouteContext,
  { kind, sync: name, schema, asOfCursor, about }: StateQuestion<Schema>,
  read: (tx: Transaction, sync: StateSync, cursor: string) => Promise<StateReading<z.output<Schema>>>,
): Promise<z.output<Schema>> {
  type Answer = z.output<Schema>;
  const { db, cache, signal } = context;
  const current = await currentSync(context, name);
  if (current === null) throw (await readCursor(db, { signal })) === null ? noLedgers() : notSynced(name);
  const { revision, ageMs, log, writtenAt } = current;
  const kept = await cache.getOrCompute(
    {
      kind,
      question: [log.epoch, asOfCursor ?? null, about],
      version: String(revision),
      previous: { version: String(revision - 1n), replacedMs: ageMs },
      schema: keptAnswer(schema),
      isCurrent: ({ answer }) => asOfCursor !== undefined || continues(log, answer.as_of.cursor),
      versionOf: (answer) => answer.revision,
      signal,
    },
    (shared) =>
      inSnapshot({ ...context, signal: shared }, async (tx) => {
        const sync = await readStateSync(tx, name);
        if (sync === null) throw notSynced(name);
        const cursor = asOfCursor ?? formatCursor({ epoch: sync.log.epoch, id: sync.log.lastId });
        const { answer, ledgers = await lastLedger(tx) } = await read(tx, sync, cursor);
        const as_of = await asOfLedgers(tx, { ...ledgers, cursor });
        return {
          revision: String(sync.revision),
          stale_after: sync.staleAfter,
          answer: { ...answer, state: renderState(sync), as_of } as Answer,
        };
      }),
  );
  const { state } = kept.answer;
  const now = writtenAt + ageMs;
  return { ...kept.answer, state: state && { ...state, is_stale: now > kept.stale_after } };
}

/** The last snapshot of a sync, as of now; null if there is none yet. */
export async function currentSync(
  { db, freshReads, signal }: RouteContext,
  name: StateSyncName,
): Promise<StateSync | null> {
  const read = (shared: AbortSignal) =>
    db.run((executor) => readStateSync(executor, name), { signal: shared });
  return await freshReads.read(`state:${name}`, read, signal);
}

interface KeptAnswer<Answer> {
  /** Of the snapshot that the answer was made from. */
  readonly revision: string;
  readonly stale_after: number;
  readonly answer: Answer;
}

function keptAnswer<Schema extends z.ZodType>(schema: Schema): z.ZodType<KeptAnswer<z.output<Schema>>> {
  const kept: z.ZodType = z.object({ revision: z.string(), stale_after: z.number(), answer: schema });
  return kept as z.ZodType<KeptAnswer<z.output<Schema>>>;
}

export function renderState({ state, readAt, isStale }: StateSync): State {
  return (
    state && {
      source: state.source,
      coverage: state.coverage,
      read_at: isoTime(readAt),
      from_ledger: state.fromLedger,
      to_ledger: state.toLedger,
      is_stale: isStale,
    }
  );
}

/** @throws ProblemError `no_ledgers` */
async function lastLedger(tx: Transaction): Promise<{ from: number; to: number }> {
  const kept = await readKeptLedgers(tx);
  if (kept === null) throw noLedgers();
  return { from: kept.last, to: kept.last };
}
