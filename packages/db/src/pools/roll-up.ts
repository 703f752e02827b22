import { BUCKET_MS } from '@stellar-insights/analytics';
import { floorTo, HOURS, readHorizons } from '../corridors/tiers.ts';
import type { Database, Executor, Fragment } from '../database.ts';
import { isoTime } from '../sql.ts';
import { transaction, type Transaction } from '../transaction.ts';

/*
 * The trades of pools are counted in buckets of five minutes, and in hours, which are sums of buckets. A ledger with trades of pools
 * marks its bucket in the transaction that stores it. A roll-up computes marked buckets from all of their trades, and deletes the
 * marks that it saw: so a trade is counted once, however often a bucket is computed, and whenever its ledger is stored.
 */

/** Longer than any window, in whole days. */
const COUNTED_DAYS = 8;

/** Of ledgers whose builds left marks of pool buckets: `ledgers.facts_version`. */
const MARKING_VERSION = 2;

export interface RolledUp {
  /** Buckets that were computed. */
  readonly buckets: number;
  /** Buckets whose facts are no longer all kept: what was counted of them stays. */
  readonly refused: number;
  /** Whether more buckets are marked. */
  readonly remaining: boolean;
}

interface RollUpOptions {
  /** The most buckets of one transaction. */
  readonly limit: number;
}

/**
 * Computes the marked buckets again, newest first.
 *
 * @throws TransactionConflictError if another transaction conflicts with each of five attempts
 */
export function rollUpPoolTrades(db: Database, options: RollUpOptions): Promise<RolledUp> {
  return transaction(db, (tx) => rollUpMarked(tx, options), { isolation: 'repeatable read', attempts: 5 });
}

/**
 * The same in a transaction, which must be repeatable read, and in which it must be first: so its snapshot begins after any other
 * roll-up has ended. A ledger that is committed meanwhile is visible either with its trades and its mark, or not at all.
 */
export async function rollUpMarked(tx: Transaction, { limit }: RollUpOptions): Promise<RolledUp> {
  const { sql } = tx;
  await sql`lock table pool_retention in exclusive mode`;
  await markForOlderBuilds(tx);
  const keptFrom = await countedFrom(tx);
  if (keptFrom !== null) await sql`delete from dirty_pool_buckets where bucket_start < ${keptFrom}`;
  const marked = await sql<{ start: Date }[]>`
    select distinct bucket_start as start from dirty_pool_buckets order by 1 desc limit ${limit + 1}`;
  const starts = marked.slice(0, limit).map(({ start }) => start.getTime());
  const { factsLostUntil } = await readHorizons(tx);
  const complete = starts.filter((start) => start > factsLostUntil);
  for (const start of starts)
    await sql`delete from dirty_pool_buckets where bucket_start = ${isoTime(start)}`;
  for (const start of complete) await countBucket(tx, start);
  for (const hour of new Set(complete.map((start) => floorTo(start, HOURS)))) await sumHour(tx, hour);
  const refused = starts.length - complete.length;
  return { buckets: complete.length, refused, remaining: marked.length > limit };
}

/** Removes buckets and hours that no window reaches any more. */
export async function expirePoolBuckets(db: Database): Promise<void> {
  await transaction(db, async (tx) => {
    const from = await countedFrom(tx);
    if (from === null) return;
    await tx.sql`delete from pool_buckets where bucket_start < ${from}`;
    await tx.sql`delete from pool_hours where bucket_start < ${from}`;
  });
}

/** The start of the oldest marked bucket that is still counted: the facts of its day are needed. Null if there is none. */
export function oldestPoolMark(executor: Executor): Fragment {
  const { sql } = executor;
  return sql`(select min(bucket_start) from dirty_pool_buckets where bucket_start >= ${countedSince(executor)})`;
}

/** Buckets before this time are not counted. */
export function countedSince({ sql }: Executor): Fragment {
  return sql`(select closed_at - make_interval(days => ${COUNTED_DAYS + 1}) from ledger_cursor)`;
}

/** Where the counted days begin; null if no ledger is stored. */
async function countedFrom({ sql }: Transaction): Promise<string | null> {
  const [row] = await sql<{ from: Date }[]>`
    select date_bin('1 day', closed_at - make_interval(days => ${COUNTED_DAYS}), 'epoch') as from from ledger_cursor`;
  return row?.from.toISOString() ?? null;
}

/** Marks the buckets of ledgers that were stored since the last look by a build that leaves no marks. */
async function markForOlderBuilds(tx: Transaction): Promise<void> {
  const { sql } = tx;
  await sql`
    insert into dirty_pool_buckets (bucket_start, ledger)
    select date_bin(make_interval(secs => ${BUCKET_MS / 1000}), closed_at, 'epoch'), sequence
    from ledgers, pool_retention
    where sequence > checked_to and facts_version < ${MARKING_VERSION}
      and closed_at >= ${countedSince(tx)}
    on conflict do nothing`;
  await sql`update pool_retention set checked_to = coalesce((select sequence from ledger_cursor), checked_to)`;
}

/** Counts the trades themselves: those of the few ledgers that closed in the bucket. */
async function countBucket({ sql }: Transaction, start: number): Promise<void> {
  const [ledgers] = await sql<{ first: bigint | null; last: bigint | null }[]>`
    select min(sequence) as first, max(sequence) as last from ledgers
    where closed_at >= ${isoTime(start)} and closed_at < ${isoTime(start + BUCKET_MS)}`;
  await sql`
    insert into pool_buckets (bucket_start, pool, bought_asset, sold_asset, trades, bought)
    select ${isoTime(start)}::timestamptz, pool, bought_asset, sold_asset, count(*), sum(bought_amount)
    from trades
    where ledger between ${ledgers?.first ?? null} and ${ledgers?.last ?? null} and pool is not null
    group by pool, bought_asset, sold_asset
    on conflict (bucket_start, pool, bought_asset) do update set trades = excluded.trades, bought = excluded.bought`;
}

async function sumHour({ sql }: Transaction, start: number): Promise<void> {
  await sql`
    insert into pool_hours (bucket_start, pool, bought_asset, sold_asset, trades, bought)
    select ${isoTime(start)}::timestamptz, pool, bought_asset, sold_asset, sum(trades), sum(bought)
    from pool_buckets where bucket_start >= ${isoTime(start)} and bucket_start < ${isoTime(start + HOURS.ms)}
    group by pool, bought_asset, sold_asset
    on conflict (bucket_start, pool, bought_asset) do update set trades = excluded.trades, bought = excluded.bought`;
}
