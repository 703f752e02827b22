import { BUCKET_MS } from '@stellar-insights/analytics';
import type { Hash, LedgerSequence } from '@stellar-insights/ledger';
import type { Database, Executor, RunOptions } from '../database.ts';
import { logHeadColumns, type LogHead } from '../log/head.ts';
import type { Transaction } from '../transaction.ts';
import { DAYS, finestTierAt, floorTo, HOURS, readHorizons, type TierHorizons } from './tiers.ts';

/** A stretch of time that ends with the close of a ledger, and the ledgers stored of it. Times in unix milliseconds. */
export interface Window extends TierHorizons {
  /** Inclusive; the start of a row of the finest tier that is kept there. */
  readonly from: number;
  /** Close time of the last ledger. */
  readonly to: number;
  readonly fromLedger: LedgerSequence;
  /** Close time of `fromLedger`. */
  readonly fromLedgerClosedAt: number;
  readonly toLedger: LedgerSequence;
  /** Whether ledgers after `toLedger` are stored: then the rows that the window ends in count more than the window. */
  readonly isPast: boolean;
  /** The event log in the same snapshot. */
  readonly log: LogHead;
}

export interface WindowOptions {
  readonly windowMs: number;
  /**
   * The length of the points that the window is shown in, a multiple of five minutes: the beginning is rounded down to a multiple
   * of it, and is not before the tier begins whose rows are as short. If not set, the window is one sum: the beginning is rounded
   * down to the start of a row of the finest tier that is kept there.
   */
  readonly alignMs?: number | undefined;
  /** The last ledger of the window. Default: the last ledger stored. */
  readonly toLedger?: number | undefined;
}

/** The ledger that a window ends with. */
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

/** Where a window begins that ends at `to`: all that is asked of a window beside its last ledger. */
export function windowStart(
  to: number,
  { windowMs, alignMs = BUCKET_MS }: Pick<WindowOptions, 'windowMs' | 'alignMs'>,
): number {
  return Math.floor((to - windowMs) / alignMs) * alignMs;
}

/** The end of the window that `resolveWindow` resolves. Null if no ledger is stored, or `toLedger` is not. */
export function readWindowEnd(
  db: Database,
  { toLedger, signal }: Pick<WindowOptions, 'toLedger'> & Pick<RunOptions, 'signal'>,
): Promise<WindowEnd | null> {
  return db.run((executor) => selectEnd(executor, toLedger), { signal });
}

/** Null if no ledger is stored, or `toLedger` is not, or rows that count later ledgers only are left of its time. */
export async function resolveWindow(
  tx: Transaction,
  { toLedger, ...options }: WindowOptions,
): Promise<Window | null> {
  const [end, horizons] = await Promise.all([selectEnd(tx, toLedger), readHorizons(tx)]);
  if (end === null) return null;
  const to = end.closedAt;
  const from = keptStart(windowStart(to, options), options.alignMs, horizons);
  const isPast = end.sequence < end.head;
  if (isPast && floorTo(to, finestTierAt(to, horizons)) <= horizons.factsLostUntil) return null;
  const [first] = await tx.sql<{ sequence: LedgerSequence; closed: number }[]>`
    select sequence::float8 as sequence, extract(epoch from closed_at)::float8 * 1000 as closed from ledgers
    where closed_at >= ${new Date(from).toISOString()} order by closed_at limit 1`;
  return {
    ...horizons,
    from,
    to,
    fromLedger: first?.sequence ?? end.sequence,
    fromLedgerClosedAt: Math.round(first?.closed ?? to),
    toLedger: end.sequence,
    isPast,
    log: end.log,
  };
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
