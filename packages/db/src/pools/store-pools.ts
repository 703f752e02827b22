import type { AssetId, PoolId } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { requireIdentity, withInterned } from '../dictionary/index.ts';
import { appendEvents, type NewEvent } from '../log/append-events.ts';
import { arrayLiteral, isoTime } from '../sql.ts';
import { storeSnapshot, type BegunSync, type SnapshotOptions } from '../state-syncs.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { givenPools, type Pool, type PoolCounts } from './pool.ts';
import type { PoolFigures } from './read-pools.ts';

/** A snapshot of pools: what of it differs from the one before. */
export interface PoolSnapshotChanges extends SnapshotOptions {
  readonly begun: BegunSync;
  readonly figures: Omit<PoolFigures, 'last24h' | 'last7d'>;
  /** Pools of which anything is new. */
  readonly changed: readonly Pool[];
  /** Pools whose state differs from the one before; those that are gone have none. */
  readonly moved: readonly Pool[];
  /** Pools that are no longer in the snapshot. */
  readonly removed: readonly PoolId[];
  /** The paths that are new. Null: the asset has no price any more. */
  readonly paths: ReadonlyMap<AssetId, readonly PoolId[] | null>;
  /** What the log says about it. */
  readonly events: readonly NewEvent[];
}

/** Bounds the JSON of a statement: about 200 bytes a row. */
const ROWS_A_STATEMENT = 5000;

/**
 * Stores a snapshot together with the events that report it: all of it, or nothing. Returns false, and stores nothing, if another
 * sync has stored one since this one began.
 *
 * @throws DatabaseUnavailableError if the connection is lost: then it may or may not have been stored
 */
export function storePools(db: Database, changes: PoolSnapshotChanges): Promise<boolean> {
  const { begun, figures, changed, moved, removed, paths, events } = changes;
  const assets = new Set([...paths.keys(), ...changed.flatMap(({ assetA, assetB }) => [assetA, assetB])]);
  return withInterned(db, { assets }, (ids) =>
    transaction(db, async (tx) => {
      if (!(await storeSnapshot(tx, begun, changes))) return false;
      await requireIdentity(tx, ids);
      const { sql } = tx;
      await sql`delete from pools using ${givenPools(tx, removed)} where pools.pool = given.pool`;
      const recounted = givenPools(tx, [...removed, ...changed.map(({ id }) => id)]);
      await sql`delete from pool_counts using ${recounted} where pool_counts.pool = given.pool`;
      for (const some of slicesOf(changed)) {
        await storeRows(tx, some);
        await storeCounts(tx, some);
      }
      for (const some of slicesOf(moved)) await storeStates(tx, some, changes);
      await storePaths(tx, paths);
      await storeFigures(tx, figures);
      await appendEvents(tx, events);
      return true;
    }),
  );
}

/** What is stored of a pool, in JSON: two pools with the same text are stored alike. */
export function storedText(pool: Pool): string {
  return JSON.stringify([rowOf(pool), countsOf(pool)]);
}

function rowOf({ id, assetA, assetB, feeBp, state, value, change7d, fallsMeasuredFrom }: Pool) {
  return {
    pool: `\\x${id}`,
    a: assetA,
    b: assetB,
    fee_bp: feeBp,
    reserve_a: textOf(state?.reserveA),
    reserve_b: textOf(state?.reserveB),
    shares: textOf(state?.shares),
    trustlines: state?.trustlines ?? null,
    modified_ledger: state?.modifiedLedger ?? null,
    value: textOf(value),
    week_ago: change7d && isoTime(change7d.from),
    week_ago_a: textOf(change7d?.before.reserveA),
    week_ago_b: textOf(change7d?.before.reserveB),
    falls_measured_from: isoTime(fallsMeasuredFrom),
  };
}

function countsOf({ id, last24h, last7d }: Pool) {
  const row = (window: '24h' | '7d', { trades, inputA, inputB, volume, fees }: PoolCounts) => ({
    pool: `\\x${id}`,
    window,
    trades,
    input_a: textOf(inputA),
    input_b: textOf(inputB),
    volume: textOf(volume),
    fees: textOf(fees),
  });
  return [row('24h', last24h), row('7d', last7d)].filter(({ trades }) => trades > 0);
}

async function storeRows({ sql }: Transaction, pools: readonly Pool[]): Promise<void> {
  await sql`
    insert into pools (pool, asset_a, asset_b, fee_bp, reserve_a, reserve_b, shares, trustlines, modified_ledger,
                       value, week_ago, week_ago_a, week_ago_b, falls_measured_from)
    select each.pool, a.id, b.id, fee_bp, reserve_a, reserve_b, shares, trustlines, modified_ledger,
           value, week_ago, week_ago_a, week_ago_b, falls_measured_from
    from json_to_recordset(${JSON.stringify(pools.map(rowOf))}::text::json) as each (
      pool bytea, a text, b text, fee_bp int2, reserve_a int8, reserve_b int8, shares int8, trustlines int4,
      modified_ledger int8, value numeric, week_ago timestamptz, week_ago_a int8, week_ago_b int8,
      falls_measured_from timestamptz
    ) join assets a on a.asset = each.a join assets b on b.asset = each.b
    on conflict (pool) do update set
      reserve_a = excluded.reserve_a, reserve_b = excluded.reserve_b, shares = excluded.shares,
      trustlines = excluded.trustlines, modified_ledger = excluded.modified_ledger, value = excluded.value,
      week_ago = excluded.week_ago, week_ago_a = excluded.week_ago_a, week_ago_b = excluded.week_ago_b,
      falls_measured_from = excluded.falls_measured_from`;
}

async function storeCounts({ sql }: Transaction, pools: readonly Pool[]): Promise<void> {
  await sql`
    insert into pool_counts (pool, "window", trades, input_a, input_b, volume, fees)
    select * from json_to_recordset(${JSON.stringify(pools.flatMap(countsOf))}::text::json) as each (
      pool bytea, "window" text, trades int4, input_a numeric, input_b numeric, volume numeric, fees numeric
    )`;
}

async function storeStates(
  { sql }: Transaction,
  pools: readonly Pool[],
  { begun, state: source }: Pick<PoolSnapshotChanges, 'begun' | 'state'>,
): Promise<void> {
  if (source === null) return;
  const rows = pools.map(({ id, state, value }) => ({
    pool: `\\x${id}`,
    reserve_a: textOf(state?.reserveA ?? 0n),
    reserve_b: textOf(state?.reserveB ?? 0n),
    shares: textOf(state?.shares ?? 0n),
    trustlines: state?.trustlines ?? 0,
    value: textOf(state === null ? 0n : value),
  }));
  await sql`
    insert into pool_snapshots (pool, reserve_a, reserve_b, shares, trustlines, value, read_at, from_ledger, to_ledger)
    select pool, reserve_a, reserve_b, shares, trustlines, value,
           ${isoTime(begun.readAt)}::timestamptz, ${source.fromLedger}::int8, ${source.toLedger}::int8
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (
      pool bytea, reserve_a int8, reserve_b int8, shares int8, trustlines int4, value numeric
    )`;
}

async function storePaths({ sql }: Transaction, paths: PoolSnapshotChanges['paths']): Promise<void> {
  const unpriced = [...paths].flatMap(([asset, path]) => (path === null ? [asset] : []));
  await sql`
    delete from pool_price_paths using unnest(${arrayLiteral(unpriced)}::text::text[]) as given (name), assets
    where assets.asset = given.name and pool_price_paths.asset = assets.id`;
  const rows = [...paths].flatMap(([asset, path]) => (path === null ? [] : [{ name: asset, path }]));
  await sql`
    insert into pool_price_paths (asset, path)
    select assets.id, path from json_to_recordset(${JSON.stringify(rows)}::text::json) as each (name text, path jsonb)
    join assets on assets.asset = name
    on conflict (asset) do update set path = excluded.path`;
}

async function storeFigures({ sql }: Transaction, figures: PoolSnapshotChanges['figures']): Promise<void> {
  const { fromLedger, toLedger, from24h, from7d, to, pools, valuedPools, trustlines, value } = figures;
  await sql`
    insert into pool_figures (from_ledger, to_ledger, from_24h, from_7d, closed_at, pools, valued_pools, trustlines, value)
    values (${fromLedger}, ${toLedger}, ${isoTime(from24h)}, ${isoTime(from7d)}, ${isoTime(to)},
            ${pools}, ${valuedPools}, ${trustlines}, ${textOf(value)})
    on conflict (only_row) do update set
      from_ledger = excluded.from_ledger, to_ledger = excluded.to_ledger, from_24h = excluded.from_24h,
      from_7d = excluded.from_7d, closed_at = excluded.closed_at, pools = excluded.pools,
      valued_pools = excluded.valued_pools, trustlines = excluded.trustlines, value = excluded.value`;
}

function textOf(amount: bigint | null | undefined): string | null {
  return amount?.toString() ?? null;
}

function slicesOf<T>(rows: readonly T[]): (readonly T[])[] {
  return Array.from({ length: Math.ceil(rows.length / ROWS_A_STATEMENT) }, (_, place) =>
    rows.slice(place * ROWS_A_STATEMENT, (place + 1) * ROWS_A_STATEMENT),
  );
}
