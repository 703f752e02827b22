import type { AssetId, PoolId } from '@stellar-insights/ledger';
import type { Executor, Fragment } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import { milliseconds, parsePool, poolColumns, poolTables, type Pool, type PoolRow } from './pool.ts';
import type { PoolWindows } from './volumes.ts';

/** What pools are ordered by: the largest first, those without a value last, equal ones by their ids. */
export type PoolOrder =
  | 'id'
  | 'value'
  | 'apr'
  | 'volume24h'
  | 'volume7d'
  | 'fees24h'
  | 'fees7d'
  /** The impermanent loss of seven days. */
  | 'loss';

export interface PoolListOptions {
  /** Only pools with this asset, and only the one with this other asset, if set. */
  readonly asset?: AssetId | undefined;
  readonly otherAsset?: AssetId | undefined;
  readonly by: PoolOrder;
  /** Where the page before ended. */
  readonly after?: { readonly place: string | null; readonly id: PoolId } | undefined;
  readonly limit: number;
}

export interface ListedPool extends Pool {
  /** What it is ordered by, as exact text; null if it has no value, or if the order is that of ids. */
  readonly place: string | null;
}

/** Sums of the pools with trades in a window. */
export interface CountsOfAllPools {
  readonly pools: number;
  readonly trades: number;
  /** Of pools whose volume has a value. */
  readonly valuedTrades: number;
  /** In stroops of XLM. */
  readonly volume: bigint;
  readonly fees: bigint;
}

/** The last snapshot as a whole. */
export interface PoolFigures extends PoolWindows {
  readonly pools: number;
  readonly valuedPools: number;
  /** Null without a source of state. */
  readonly trustlines: number | null;
  readonly value: bigint | null;
  readonly last24h: CountsOfAllPools;
  readonly last7d: CountsOfAllPools;
}

/** By id and by value it reads an index. Other orders sort what is one row a pool: 40,000 on the public network. */
export async function listPools(
  tx: Transaction,
  { asset, otherAsset, by, after, limit }: PoolListOptions,
): Promise<ListedPool[]> {
  const { sql } = tx;
  // The page is taken before its rows are joined with their names.
  const page = sql`
    (select * from (
       select pools.*, ${keyOf(tx, by)} as key from pools
       left join pool_counts on pool_counts.pool = pools.pool and pool_counts.window = ${windowOf(by)}
       where ${withAssets(tx, asset, otherAsset)}
     ) keyed where ${beyond(tx, after)} order by key desc nulls last, pool limit ${limit})`;
  const rows = await sql<(PoolRow & { place: string | null })[]>`
    select ${poolColumns(tx)}, key::text as place from ${poolTables(tx, page)}
    order by key desc nulls last, p.pool`;
  return rows.map((row) => ({ ...parsePool(row), place: row.place }));
}

/** Null if the last snapshot has no such pool. */
export async function readPool(tx: Transaction, id: PoolId): Promise<Pool | null> {
  const [row] = await tx.sql<PoolRow[]>`
    select ${poolColumns(tx)} from ${poolTables(tx, tx.sql`pools`)} where p.pool = decode(${id}, 'hex')`;
  return row === undefined ? null : parsePool(row);
}

/** All pools of the last snapshot. */
export async function readAllPools(tx: Transaction): Promise<Map<PoolId, Pool>> {
  const rows = await tx.sql<PoolRow[]>`select ${poolColumns(tx)} from ${poolTables(tx, tx.sql`pools`)}`;
  return new Map(rows.map((row) => [row.id, parsePool(row)]));
}

/** The windows of the last snapshot's counts. Null if no snapshot is stored yet. */
export async function readStoredWindows({ sql }: Transaction): Promise<PoolWindows | null> {
  const [row] = await sql<PoolWindows[]>`select ${windowColumns({ sql })} from pool_figures`;
  return row ?? null;
}

/** Null if no snapshot is stored yet. */
export async function readPoolFigures(tx: Transaction): Promise<PoolFigures | null> {
  const { sql } = tx;
  const [row] = await sql<(Omit<PoolFigures, 'value' | 'last24h' | 'last7d'> & { value: string | null })[]>`
    select ${windowColumns(tx)}, pools, valued_pools as "valuedPools", trustlines, value::text from pool_figures`;
  if (row === undefined) return null;
  const counts = await sql<SumsRow[]>`
    select "window", count(*)::float8 as pools, sum(trades)::float8 as trades,
           coalesce(sum(trades) filter (where volume is not null), 0)::float8 as "valuedTrades",
           coalesce(sum(volume), 0)::text as volume, coalesce(sum(fees), 0)::text as fees
    from pool_counts group by 1`;
  const { value, ...figures } = row;
  return {
    ...figures,
    value: value === null ? null : BigInt(value),
    last24h: sumsOf(counts, '24h'),
    last7d: sumsOf(counts, '7d'),
  };
}

function windowColumns(executor: Executor): Fragment {
  return executor.sql`
    from_ledger::float8 as "fromLedger", to_ledger::float8 as "toLedger",
    ${milliseconds(executor, 'from_24h')} as "from24h", ${milliseconds(executor, 'from_7d')} as "from7d",
    ${milliseconds(executor, 'closed_at')} as "to"`;
}

interface SumsRow extends Pick<CountsOfAllPools, 'pools' | 'trades' | 'valuedTrades'> {
  readonly window: '24h' | '7d';
  readonly volume: string;
  readonly fees: string;
}

function sumsOf(rows: readonly SumsRow[], wanted: SumsRow['window']): CountsOfAllPools {
  const row = rows.find(({ window }) => window === wanted);
  if (row === undefined) return { pools: 0, trades: 0, valuedTrades: 0, volume: 0n, fees: 0n };
  const { pools, trades, valuedTrades, volume, fees } = row;
  return { pools, trades, valuedTrades, volume: BigInt(volume), fees: BigInt(fees) };
}

function keyOf({ sql }: Transaction, by: PoolOrder): Fragment {
  switch (by) {
    case 'id':
      return sql`null::numeric`;
    case 'value':
      return sql`value`;
    case 'apr':
      return sql`(case when trades is null then 0 else fees end) * 365 / nullif(value, 0)`;
    case 'volume24h':
    case 'volume7d':
      return sql`case when trades is null then 0 else volume end`;
    case 'fees24h':
    case 'fees7d':
      return sql`case when trades is null then 0 else fees end`;
    case 'loss': {
      // The loss grows as the ratio of the prices, or its reciprocal, does. Without a price there is none.
      const after = sql`nullif(reserve_b::numeric * week_ago_a, 0)`;
      const before = sql`nullif(reserve_a::numeric * week_ago_b, 0)`;
      return sql`greatest(${after} / ${before}, ${before} / ${after})`;
    }
  }
}

/** The window whose counts a key is made from. */
function windowOf(by: PoolOrder): string {
  return by === 'volume7d' || by === 'fees7d' ? '7d' : '24h';
}

function withAssets({ sql }: Transaction, asset?: AssetId, other?: AssetId): Fragment {
  const is = (name: AssetId): Fragment => sql`(select id from assets where asset = ${name})`;
  if (asset === undefined) return sql`true`;
  if (other === undefined) return sql`(asset_a = ${is(asset)} or asset_b = ${is(asset)})`;
  return sql`
    (asset_a = ${is(asset)} and asset_b = ${is(other)} or asset_a = ${is(other)} and asset_b = ${is(asset)})`;
}

function beyond({ sql }: Transaction, after: PoolListOptions['after']): Fragment {
  if (after === undefined) return sql`true`;
  const { place, id } = after;
  if (place === null) return sql`(key is null and pool > decode(${id}, 'hex'))`;
  const value = sql`${place}::text::numeric`;
  return sql`(key < ${value} or key is null or (key = ${value} and pool > decode(${id}, 'hex')))`;
}
