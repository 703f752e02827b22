import { bucketStart } from '@stellar-insights/analytics';
import type { AssetId, LedgerSequence, PoolId } from '@stellar-insights/ledger';
import { ceilTo, floorTo, HOURS } from '../corridors/tiers.ts';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';

const DAY_MS = 86_400_000;

/** The windows of pool figures: both end with the close of `toLedger`. Times in unix milliseconds. */
export interface PoolWindows {
  readonly from24h: number;
  readonly from7d: number;
  readonly to: number;
  /** The first and the last ledger of the longer one. */
  readonly fromLedger: LedgerSequence;
  readonly toLedger: LedgerSequence;
}

/** What takers paid in one asset to a pool, in one window. */
export interface PoolInput {
  readonly pool: PoolId;
  readonly boughtAsset: AssetId;
  readonly soldAsset: AssetId;
  readonly trades: number;
  /** Stroops of the bought asset. */
  readonly bought: bigint;
}

/** Null if no ledger is stored. */
export async function readPoolWindows({ sql }: Transaction): Promise<PoolWindows | null> {
  const [cursor] = await sql<{ toLedger: LedgerSequence; to: number }[]>`
    select sequence::float8 as "toLedger", round(extract(epoch from closed_at) * 1000)::float8 as to
    from ledger_cursor`;
  if (cursor === undefined) return null;
  const [from24h, from7d] = [bucketStart(cursor.to - DAY_MS), bucketStart(cursor.to - 7 * DAY_MS)];
  const [first] = await sql<{ fromLedger: LedgerSequence }[]>`
    select sequence::float8 as "fromLedger" from ledgers
    where closed_at >= ${isoTime(from7d)} order by closed_at limit 1`;
  return { from24h, from7d, ...cursor, fromLedger: first?.fromLedger ?? cursor.toLedger };
}

/**
 * The trades of pools from the start of a bucket on. Run it in the transaction that rolled up the last mark: buckets at both ends,
 * hours in the middle.
 */
export async function readPoolInputs(
  { sql }: Transaction,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<PoolInput[]> {
  const [first, last] = [ceilTo(from, HOURS), Math.max(floorTo(to, HOURS), ceilTo(from, HOURS))];
  const rows = await sql<(Omit<PoolInput, 'bought'> & { bought: string })[]>`
    with rows as (
      select * from pool_buckets where bucket_start >= ${isoTime(from)} and bucket_start < ${isoTime(first)}
      union all select * from pool_hours where bucket_start >= ${isoTime(first)} and bucket_start < ${isoTime(last)}
      union all select * from pool_buckets where bucket_start >= ${isoTime(last)}
    ), sums as (
      select pool, bought_asset, sold_asset, sum(trades) as trades, sum(bought) as bought from rows group by 1, 2, 3
    )
    select encode(pool, 'hex') as pool, b.asset as "boughtAsset", s.asset as "soldAsset",
           trades::float8 as trades, bought::text
    from sums join assets b on b.id = bought_asset join assets s on s.id = sold_asset`;
  return rows.map((row) => ({ ...row, bought: BigInt(row.bought) }));
}
