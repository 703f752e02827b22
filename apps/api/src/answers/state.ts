import { formatCursor, type AsOf, type State } from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import { readCursor, readKeptLedgers } from '@stellar-insights/db/ledgers';
import { readStateSync, type StateSync, type StateSyncName } from '@stellar-insights/db/state-syncs';
import { isoTime } from '@stellar-insights/wire';
import type { z } from 'zod';
import type { AnswerKind } from '../cache/answer-kinds.ts';
import { KeptAnswer } from '../cache/kept-answer.ts';
import { asOfLedgers, continues } from './as-of.ts';
import type { StandingAnswer } from './kept.ts';
import { noLedgers, notSynced } from './problem.ts';
import { inSnapshot, type RouteContext, type StateContext } from './route-context.ts';

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
  /** Another reading that the answer shows. If that has changed, or has become stale, it is another question. */
  readonly beside?: BesideReading | null;
}

interface BesideReading {
  readonly sync: StateSyncName;
  readonly reading: StateSync | null;
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
  { kind, sync: name, schema, asOfCursor, about, beside = null }: StateQuestion<Schema>,
  read: (tx: Transaction, sync: StateSync, cursor: string) => Promise<StateReading<z.output<Schema>>>,
): Promise<StandingAnswer<z.output<Schema>>> {
  const { db, cache, signal } = context;
  const current = await currentSync(context, name);
  if (current === null) throw (await readCursor(db, { signal })) === null ? noLedgers() : notSynced(name);
  const { revision, ageMs, log } = current;
  const kept = await cache.getOrCompute(
    {
      kind,
      question: [log.epoch, asOfCursor ?? null, about, beside && versionOf(beside.reading)],
      version: String(revision),
      previous: { version: String(revision - 1n), replacedMs: ageMs },
      schema,
      isCurrent: ({ cursor }) => asOfCursor !== undefined || continues(log, cursor),
      signal,
    },
    (shared) =>
      inSnapshot({ ...context, signal: shared }, async (tx) => {
        const sync = await readStateSync(tx, name);
        if (sync === null) throw notSynced(name);
        const cursor = asOfCursor ?? formatCursor({ epoch: sync.log.epoch, id: sync.log.lastId });
        const { answer, ledgers = await lastLedger(tx) } = await read(tx, sync, cursor);
        const as_of = await asOfLedgers(tx, { ...ledgers, cursor });
        const whole = { ...answer, state: renderState(sync), as_of } as z.output<Schema>;
        const staleAfter = sync.state === null || sync.isStale ? undefined : sync.staleAfter;
        return KeptAnswer.of(whole, { version: String(sync.revision), staleAfter });
      }),
  );
  const asked = { name, epoch: log.epoch, isLaterPage: asOfCursor !== undefined, beside };
  return standing({ kind, kept: kept.at(timeOf(current)) }, asked);
}

/** The last snapshot of a sync, as of now; null if there is none yet. */
export async function currentSync(
  { db, freshReads, signal }: StateContext,
  name: StateSyncName,
): Promise<StateSync | null> {
  const read = () => db.direct.run((executor) => readStateSync(executor, name));
  return await freshReads.read(`state:${name}`, read, signal);
}

/** By the database's clock, in unix milliseconds. */
function timeOf({ writtenAt, ageMs }: StateSync): number {
  return writtenAt + ageMs;
}

interface Asked {
  readonly name: StateSyncName;
  readonly epoch: string;
  readonly isLaterPage: boolean;
  readonly beside: BesideReading | null;
}

/**
 * It stands until the next snapshot, or until its reading becomes stale. `stands` holds nothing of the request that the answer was
 * made for.
 */
function standing<Answer>(
  { kind, kept }: Pick<StandingAnswer<Answer>, 'kind' | 'kept'>,
  { name, epoch, isLaterPage, beside }: Asked,
): StandingAnswer<Answer> {
  const stands = async (context: StateContext) => {
    const [current, other] = await Promise.all([
      currentSync(context, name),
      beside && currentSync(context, beside.sync),
    ]);
    if (current === null || String(current.revision) !== kept.version) return false;
    if (kept.becomesStaleBy(timeOf(current))) return false;
    if (beside !== null && versionOf(other) !== versionOf(beside.reading)) return false;
    const { log } = current;
    return log.epoch === epoch && (isLaterPage || continues(log, kept.cursor));
  };
  return { kind, kept, stands };
}

/** Of a reading that an answer shows beside its own. */
function versionOf(reading: StateSync | null): string {
  return reading === null ? '' : `${reading.revision}.${reading.isStale}`;
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
