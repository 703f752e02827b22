import {
  DEFAULT_WINDOW_MS,
  formatCursor,
  LONGEST_WINDOW_MS,
  type AsOf,
  type TimeQuery,
} from '@stellar-insights/contract';
import type { Transaction } from '@stellar-insights/db';
import {
  readWindowEnd,
  resolveWindow,
  windowStart,
  type Window,
  type WindowEnd,
} from '@stellar-insights/db/corridors';
import { isoTime } from '@stellar-insights/wire';
import type { z } from 'zod';
import type { AnswerKind } from '../cache/answer-kinds.ts';
import { KeptAnswer } from '../cache/kept-answer.ts';
import { asOfLedgers, continues } from './as-of.ts';
import type { StandingAnswer } from './kept.ts';
import { invalidCursor } from './page-cursor.ts';
import { noLedgers, ProblemError } from './problem.ts';
import { inSnapshot, type RouteContext, type StateContext } from './route-context.ts';

interface WindowAnswer {
  readonly window: { readonly from: string; readonly to: string };
  readonly as_of: AsOf;
}

/**
 * What time is asked about. `windowMs`: so long before `until`, or before the last ledger if that is not set. `from`: until the last
 * ledger. In milliseconds.
 */
export type TimeAsked = { readonly windowMs: number; readonly until?: number } | { readonly from: number };

/** One spelling of the time that a query names. */
export function timeAsked({ window: windowMs, from, to }: TimeQuery): TimeAsked {
  const [begin, until] = [from, to].map((text) => (text === undefined ? undefined : Date.parse(text)));
  if (until !== undefined)
    return { windowMs: begin === undefined ? DEFAULT_WINDOW_MS : until - begin, until };
  if (begin !== undefined) return { from: begin };
  return { windowMs: windowMs ?? DEFAULT_WINDOW_MS };
}

export interface WindowQuestion<Schema extends z.ZodType> {
  readonly kind: AnswerKind;
  /** Of the whole answer. */
  readonly schema: Schema;
  readonly time: TimeAsked;
  readonly alignMs?: number | undefined;
  /** Of the first page of the same list, if this is a later one: `newest` of its window, and its `as_of.cursor`. */
  readonly toLedger?: number | undefined;
  readonly asOfCursor?: string | undefined;
  /** What is asked beside the window, in one spelling: the filters and the place of the page. */
  readonly about: readonly unknown[];
}

/**
 * An answer about a window of time: the one that is kept for the same question about the same ledgers, else one that is read
 * from one snapshot of the database. `read` may serve several requests.
 */
export async function answerWindow<Schema extends z.ZodType<WindowAnswer>>(
  context: RouteContext,
  { kind, schema, time, alignMs, toLedger, asOfCursor, about }: WindowQuestion<Schema>,
  read: (
    tx: Transaction,
    window: Window,
    cursor: string,
  ) => Promise<Omit<z.output<Schema>, keyof WindowAnswer>>,
): Promise<StandingAnswer<z.output<Schema>>> {
  const { cache, signal } = context;
  const missing = () => (toLedger === undefined ? noLedgers() : invalidCursor());
  const end = await windowEnd(context, toLedger);
  if (end === null) throw missing();
  const { windowMs, until } = lengthOf(time, end.closedAt);
  const begin = windowStart(until ?? end.closedAt, { windowMs, alignMs });
  const question = [end.log.epoch, begin, until ?? null, asOfCursor ?? null, about];
  const version = versionOf(end);
  const isCurrent = ({ cursor }: KeptAnswer) => asOfCursor !== undefined || continues(end.log, cursor);
  const kept = await cache.getOrCompute({ kind, question, version, schema, isCurrent, signal }, (shared) =>
    inSnapshot({ ...context, signal: shared }, async (tx) => {
      const window = await resolveWindow(tx, { windowMs, until, alignMs, toLedger: end.sequence });
      if (window === null) throw missing();
      // If a ledger was stored meanwhile, the answer is without it, so its events come after the cursor.
      const { epoch, lastId: id } = window.isPast ? end.log : window.log;
      const cursor = asOfCursor ?? formatCursor({ epoch, id });
      const answer = {
        ...(await read(tx, window, cursor)),
        window: { from: isoTime(window.from), to: isoTime(window.end ?? window.to) },
        as_of: await asOfLedgers(tx, { from: window.fromLedger, to: window.toLedger, cursor }),
      } as z.output<Schema>;
      return KeptAnswer.of(answer, { version });
    }),
  );
  return standing({ kind, kept }, { epoch: end.log.epoch, toLedger, isLaterPage: asOfCursor !== undefined });
}

/**
 * The end of the window at present; requests that ask at the same time share the read. Later pages end with as many ledgers as
 * clients name, so their reads queue as all requests do.
 */
function windowEnd({ db, freshReads, signal }: StateContext, toLedger?: number): Promise<WindowEnd | null> {
  const read = (shared: AbortSignal) =>
    toLedger === undefined ? readWindowEnd(db.direct, {}) : readWindowEnd(db, { toLedger, signal: shared });
  return freshReads.read(`window:${toLedger ?? ''}`, read, signal);
}

/** The health in an answer changes without a ledger. */
function versionOf({ hash, publication }: WindowEnd): string {
  return `${hash}.${publication}`;
}

interface Asked {
  readonly epoch: string;
  readonly toLedger: number | undefined;
  readonly isLaterPage: boolean;
}

/** It stands while the window ends with the same ledger. `stands` holds nothing of the request that the answer was made for. */
function standing<Answer>(
  { kind, kept }: Pick<StandingAnswer<Answer>, 'kind' | 'kept'>,
  { epoch, toLedger, isLaterPage }: Asked,
): StandingAnswer<Answer> {
  const stands = async (context: StateContext) => {
    const end = await windowEnd(context, toLedger);
    if (end === null || versionOf(end) !== kept.version || end.log.epoch !== epoch) return false;
    return isLaterPage || continues(end.log, kept.cursor);
  };
  return { kind, kept, stands };
}

/** @throws ProblemError `invalid_parameter` if the last ledger closed too long after `from` */
function lengthOf(time: TimeAsked, closedAt: number): { readonly windowMs: number; readonly until?: number } {
  if (!('from' in time)) return time;
  const windowMs = closedAt - time.from;
  if (windowMs <= LONGEST_WINDOW_MS) return { windowMs };
  const detail = 'expected at most 90 days before the last ledger, or `to` beside it';
  const errors = [{ parameter: 'from', detail }];
  throw new ProblemError(400, 'invalid_parameter', 'correct these parameters: from', { errors });
}
