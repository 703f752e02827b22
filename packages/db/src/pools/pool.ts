import { feesOf } from '@stellar-insights/analytics';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import { arrayLiteral } from '../sql.ts';

/** What a pool holds. Amounts in stroops. */
export interface PoolState {
  readonly reserveA: bigint;
  readonly reserveB: bigint;
  readonly shares: bigint;
  readonly trustlines: number;
  /** The last ledger that changed the pool. */
  readonly modifiedLedger: number;
}

/** The trades of a window. */
export interface PoolCounts {
  readonly trades: number;
  /** What takers paid in each asset, in stroops, and the part of it that the pool kept. */
  readonly inputA: bigint;
  readonly inputB: bigint;
  readonly feesA: bigint;
  readonly feesB: bigint;
  /** In stroops of XLM; null if an asset of which there is some has no price. */
  readonly volume: bigint | null;
  readonly fees: bigint | null;
}

/** The reserves of a pool in two snapshots. Times in unix milliseconds. */
export interface PoolChange {
  readonly from: number;
  readonly to: number;
  readonly before: Pick<PoolState, 'reserveA' | 'reserveB'>;
  readonly after: Pick<PoolState, 'reserveA' | 'reserveB'>;
}

/** A pool in the last snapshot. */
export interface Pool {
  readonly id: PoolId;
  /** In the protocol's order. */
  readonly assetA: AssetId;
  readonly assetB: AssetId;
  /** In hundredths of a percent. */
  readonly feeBp: number;
  /** Null if no source has it: there is no source, or the pool is gone and has had trades in the last seven days. */
  readonly state: PoolState | null;
  /** Of both reserves, in stroops of XLM; null without a price. */
  readonly value: bigint | null;
  readonly last24h: PoolCounts;
  readonly last7d: PoolCounts;
  /** Since the snapshot that held seven days before; null if there is none. */
  readonly change7d: PoolChange | null;
  /**
   * Earlier values are no measure of a fall: when one was last reported, when the pool came, or since when the same pools are
   * read. In unix milliseconds.
   */
  readonly fallsMeasuredFrom: number;
}

export const NO_TRADES: PoolCounts = {
  trades: 0,
  inputA: 0n,
  inputB: 0n,
  feesA: 0n,
  feesB: 0n,
  volume: 0n,
  fees: 0n,
};

/** Numerics come as text, and null if the pool had no trades. */
type CountsColumns = readonly [
  trades: number | null,
  inputA: string,
  inputB: string,
  volume: string | null,
  fees: string | null,
];

export interface PoolRow extends Pick<Pool, 'id' | 'assetA' | 'assetB' | 'feeBp' | 'fallsMeasuredFrom'> {
  readonly reserveA: bigint | null;
  readonly reserveB: bigint | null;
  readonly shares: bigint | null;
  readonly trustlines: number | null;
  readonly modifiedLedger: number | null;
  readonly value: string | null;
  readonly day: CountsColumns;
  readonly week: CountsColumns;
  readonly weekAgo: number | null;
  readonly weekAgoA: bigint | null;
  readonly weekAgoB: bigint | null;
  readonly readAt: number;
}

/** The columns that `parsePool` reads, of rows of `poolTables`. */
export function poolColumns({ sql }: Executor): Fragment {
  const counts = (table: string) =>
    sql.unsafe(
      ['trades', 'input_a::text', 'input_b::text', 'volume::text', 'fees::text']
        .map((column) => `${table}.${column}`)
        .join(', '),
    );
  return sql`
    encode(p.pool, 'hex') as id, a.asset as "assetA", b.asset as "assetB", fee_bp as "feeBp",
    reserve_a as "reserveA", reserve_b as "reserveB", shares, trustlines,
    modified_ledger::float8 as "modifiedLedger", p.value::text,
    json_build_array(${counts('day')}) as day, json_build_array(${counts('week')}) as week,
    ${milliseconds({ sql }, 'week_ago')} as "weekAgo", week_ago_a as "weekAgoA", week_ago_b as "weekAgoB",
    ${milliseconds({ sql }, 'falls_measured_from')} as "fallsMeasuredFrom",
    ${milliseconds({ sql }, 'read_at')} as "readAt"`;
}

/** What follows `from`. `pools`: the table `pools`, or a select from it. */
export function poolTables({ sql }: Executor, pools: Fragment): Fragment {
  return sql`
    ${pools} p join assets a on a.id = p.asset_a join assets b on b.id = p.asset_b
    join state_syncs on name = 'pools'
    left join pool_counts day on day.pool = p.pool and day.window = '24h'
    left join pool_counts week on week.pool = p.pool and week.window = '7d'`;
}

export function parsePool(row: PoolRow): Pool {
  const { id, assetA, assetB, feeBp, fallsMeasuredFrom } = row;
  return {
    id,
    assetA,
    assetB,
    feeBp,
    state: stateOf(row),
    value: row.value === null ? null : BigInt(row.value),
    last24h: countsOf(row.day, feeBp),
    last7d: countsOf(row.week, feeBp),
    change7d: changeOf(row),
    fallsMeasuredFrom,
  };
}

function stateOf(row: PoolRow): PoolState | null {
  const { reserveA, reserveB, shares, trustlines, modifiedLedger } = row;
  if (reserveA === null || reserveB === null || shares === null) return null;
  if (trustlines === null || modifiedLedger === null) return null;
  return { reserveA, reserveB, shares, trustlines, modifiedLedger };
}

function countsOf([trades, inA, inB, volume, fees]: CountsColumns, feeBp: number): PoolCounts {
  if (trades === null) return NO_TRADES;
  const [inputA, inputB] = [BigInt(inA), BigInt(inB)];
  return {
    trades,
    inputA,
    inputB,
    feesA: feesOf(inputA, feeBp),
    feesB: feesOf(inputB, feeBp),
    volume: volume === null ? null : BigInt(volume),
    fees: fees === null ? null : BigInt(fees),
  };
}

function changeOf({ reserveA, reserveB, weekAgo, weekAgoA, weekAgoB, readAt }: PoolRow): PoolChange | null {
  if (reserveA === null || reserveB === null) return null;
  if (weekAgo === null || weekAgoA === null || weekAgoB === null) return null;
  return {
    from: weekAgo,
    to: readAt,
    before: { reserveA: weekAgoA, reserveB: weekAgoB },
    after: { reserveA, reserveB },
  };
}

/** A time in unix milliseconds. */
export function milliseconds({ sql }: Executor, column: string): Fragment {
  return sql.unsafe(`round(extract(epoch from ${column}) * 1000)::float8`);
}

/** The table `given` of pools, to join each by its key: `= any` would compare each row of a table with each of them. */
export function givenPools({ sql }: Executor, ids: readonly PoolId[]): Fragment {
  return sql`unnest(${arrayLiteral(ids.map((id) => `\\x${id}`))}::text::bytea[]) as given (pool)`;
}
