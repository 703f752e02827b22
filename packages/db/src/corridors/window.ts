import { BUCKET_MS } from '@stellar-insights/analytics';
import type { Hash, LedgerSequence } from '@stellar-insights/ledger';
import type { Database, Executor, RunOptions } from '../database.ts';
import { logHeadColumns, type LogHead } from '../log/head.ts';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { ceilTo, DAYS, finestTierAt, floorTo, HOURS, readHorizons, type TierHorizons } from './tiers.ts';

/** The last moment that ISO 8601 writes with four digits of the year. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A stretch of time, and the ledgers stored of it. Times in unix milliseconds. */
export interface Window extends TierHorizons {
  /** Inclusive; the start of a row of the finest tier that is kept there. */
  readonly from: number;
  /** Exclusive, as `from`; null if the window ends with the close of `toLedger`, in the middle of a row. */
  readonly end: number | null;
  /** Close time of `toLedger`. */
  readonly to: number;
  readonly fromLedger: LedgerSequence;
  /** Close time of `fromLedger`. */
  readonly fromLedgerClosedAt: number;
  readonly toLedger: LedgerSequence;
  /** Whether no ledger of its time is stored. `fromLedger` and `toLedger` are then the ones before and after it, if there are any. */
  readonly isEmpty: boolean;
  /** The newest ledger at that moment. Resolved with it as `toLedger`, the window has the same ledgers at any later moment. */
  readonly newest: LedgerSequence;
  /** Whether ledgers after `newest` are stored: then the rows that a window without `end` ends in count more than the window. */
  readonly isPast: boolean;
  /** The event log in the same snapshot. */
  readonly log: LogHead;
}

export interface WindowOptions {
  readonly windowMs: number;
  /**
   * When it ends (exclusive), in unix milliseconds; rounded up as its beginning is rounded down. It ends with the close of the
   * newest ledger if that is earlier, or if this is not set.
   */
  readonly until?: number | undefined;
  /**
   * The length of the points that the window is shown in, a multiple of five minutes: the beginning is rounded down to a multiple
   * of it, and is not before the tier begins whose rows are as short. If not set, the window is one sum: the beginning is rounded
   * down to the start of a row of the finest tier that is kept there.
   */
  readonly alignMs?: number | undefined;
  /** The newest ledger to look at. Default: the last ledger stored. */
  readonly toLedger?: number | undefined;
}

/** The newest ledger that a window can have. */
export interface WindowEnd {
  readonly sequence: LedgerSequence;
  readonly hash: Hash;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
  /** Counts the transactions that published the health of corridors, at the same moment. */
  readonly publication: bigint;
  /** The event log at the same moment. */
  readonly log: LogHead;
}

/** Where a window begins that ends at `to`: all that is asked of a window beside its end. */
export function windowStart(
  to: number,
  { windowMs, alignMs = BUCKET_MS }: Pick<WindowOptions, 'windowMs' | 'alignMs'>,
): number {
  return Math.floor((to - windowMs) / alignMs) * alignMs;
}

/** The newest ledger of the window that `resolveWindow` resolves. Null if no ledger is stored, or `toLedger` is not. */
export function readWindowEnd(
  db: Database,
  { toLedger, signal }: Pick<WindowOptions, 'toLedger'> & Pick<RunOptions, 'signal'>,
): Promise<WindowEnd | null> {
  return db.run((executor) => selectEnd(executor, toLedger), { signal });
}

/** Null if no ledger is stored, or `toLedger` is not, or rows that count later ledgers only are left of its time. */
export async function resolveWindow(
  tx: Transaction,
  { toLedger, until, alignMs, windowMs }: WindowOptions,
): Promise<Window | null> {
  const [newest, horizons] = await Promise.all([selectEnd(tx, toLedger), readHorizons(tx)]);
  if (newest === null) return null;
  const begin = keptStart(windowStart(until ?? newest.closedAt, { windowMs, alignMs }), alignMs, horizons);
  const end = until === undefined ? null : keptEnd(until, alignMs, horizons);
  const from = Math.min(begin, end ?? begin);
  // The rows before it are whole once a ledger has closed after it.
  const isWhole = end !== null && end <= newest.closedAt;
  const isPast = newest.sequence < newest.head;
  const lastRow = floorTo(newest.closedAt, finestTierAt(newest.closedAt, horizons));
  if (isPast && !isWhole && lastRow <= horizons.factsLostUntil) return null;

  const ledgers = await ledgersBetween(tx, from, isWhole ? end : null, newest);
  return {
    ...horizons,
    from,
    // What begins after the newest ledger has no rows of its own yet, though there may be some of later ledgers.
    end: isWhole ? end : ledgers.isEmpty ? from : null,
    ...ledgers,
    newest: newest.sequence,
    isPast,
    log: newest.log,
  };
}

interface StoredLedger {
  readonly sequence: LedgerSequence;
  readonly closedAt: number;
}

/** The first and the last ledger stored from `from` (inclusive) to `end` (exclusive), or to the newest one. */
async function ledgersBetween(
  { sql }: Transaction,
  from: number,
  end: number | null,
  newest: StoredLedger,
): Promise<Pick<Window, 'to' | 'fromLedger' | 'fromLedgerClosedAt' | 'toLedger' | 'isEmpty'>> {
  const columns = sql`sequence::float8 as sequence, round(extract(epoch from closed_at) * 1000)::float8 as "closedAt"`;
  const [next] = await sql<StoredLedger[]>`
    select ${columns} from ledgers where closed_at >= ${isoTime(from)} order by closed_at limit 1`;
  const first = next === undefined || next.sequence > newest.sequence ? undefined : next;
  const [last] =
    end === null
      ? [newest]
      : await sql<StoredLedger[]>`
          select ${columns} from ledgers where closed_at < ${isoTime(end)} order by closed_at desc limit 1`;
  const isEmpty = first === undefined || last === undefined || last.closedAt < from;
  const [left, right] = isEmpty ? [last ?? first, first ?? last] : [first, last];
  const { sequence: fromLedger, closedAt: fromLedgerClosedAt } = left ?? newest;
  const { sequence: toLedger, closedAt: to } = right ?? newest;
  return { to, fromLedger, fromLedgerClosedAt, toLedger, isEmpty };
}

/** Where a window ends of which rows are kept that are short enough. */
function keptEnd(until: number, alignMs = 0, horizons: TierHorizons): number {
  const end = ceilTo(until, { ms: Math.max(alignMs, finestTierAt(until, horizons).ms) });
  return Math.min(end, LAST_TIME);
}

/** Where a window begins of which rows are kept that are short enough. */
function keptStart(from: number, alignMs: number | undefined, horizons: TierHorizons): number {
  if (alignMs === undefined) return floorTo(from, finestTierAt(from, horizons));
  const { bucketsFrom, hoursFrom } = horizons;
  if (alignMs % HOURS.ms !== 0) return Math.max(from, bucketsFrom);
  return alignMs % DAYS.ms === 0 ? from : Math.max(from, hoursFrom);
}

async function selectEnd(
  { sql }: Executor,
  toLedger: number | undefined,
): Promise<(WindowEnd & { readonly head: number }) | null> {
  const [row] = await sql<(Omit<WindowEnd, 'log'> & LogHead & { head: number })[]>`
    select l.sequence::float8 as sequence, encode(l.hash, 'hex') as hash, c.sequence::float8 as head,
           round(extract(epoch from l.closed_at) * 1000)::float8 as "closedAt", ${logHeadColumns({ sql })},
           (select revision from corridor_publication) as publication
    from event_log_head, ledger_cursor c join ledgers l on l.sequence = coalesce(${toLedger ?? null}, c.sequence)
    where l.sequence <= c.sequence`;
  if (row === undefined) return null;
  const { epoch, oldestId, lastId, ...end } = row;
  return { ...end, log: { epoch, oldestId, lastId } };
}
