import type { LedgerSequence, PoolId } from '@stellar-insights/ledger';
import type { Fragment } from '../database.ts';
import { isoTime } from '../sql.ts';
import type { Transaction } from '../transaction.ts';
import { givenPools, milliseconds, type PoolState } from './pool.ts';

/** The state of a pool from one snapshot on, until the next row. All amounts are 0 once it is gone. */
export interface PoolSnapshot extends Omit<PoolState, 'modifiedLedger'> {
  /** In unix milliseconds. */
  readonly readAt: number;
  /** The newest ledgers of the source when the reading began and ended. */
  readonly fromLedger: LedgerSequence;
  readonly toLedger: LedgerSequence;
  /** In stroops of XLM, at the prices of that snapshot; null without a price. */
  readonly value: bigint | null;
}

export interface SnapshotListOptions {
  readonly id: PoolId;
  /** Times in unix milliseconds: from (inclusive) to (exclusive), and before the last row of the page before. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listPoolSnapshots(
  tx: Transaction,
  { id, from, to, before, limit }: SnapshotListOptions,
): Promise<PoolSnapshot[]> {
  const { sql } = tx;
  const end = Math.min(to ?? Infinity, before ?? Infinity);
  return selectSnapshots(
    tx,
    sql`
      pool = decode(${id}, 'hex')
      ${from === undefined ? sql`` : sql`and read_at >= ${isoTime(from)}`}
      ${end === Infinity ? sql`` : sql`and read_at < ${isoTime(end)}`}`,
    limit,
  );
}

/** The row that held at a time; null if there is none. */
export async function readPoolAt(
  tx: Transaction,
  { id, at }: { readonly id: PoolId; readonly at: number },
): Promise<PoolSnapshot | null> {
  const which = tx.sql`pool = decode(${id}, 'hex') and read_at <= ${isoTime(at)}`;
  const [snapshot] = await selectSnapshots(tx, which, 1);
  return snapshot ?? null;
}

/** The reserves of every pool at a time, a look-up each. A pool without a row before is absent. */
export async function readReservesAt(
  { sql }: Transaction,
  at: number,
): Promise<Map<PoolId, Pick<PoolSnapshot, 'readAt' | 'reserveA' | 'reserveB'>>> {
  const rows = await sql<(Pick<PoolSnapshot, 'readAt' | 'reserveA' | 'reserveB'> & { id: PoolId })[]>`
    select encode(pools.pool, 'hex') as id, ${milliseconds({ sql }, 'held.read_at')} as "readAt",
           held.reserve_a as "reserveA", held.reserve_b as "reserveB"
    from pools, lateral (
      select read_at, reserve_a, reserve_b from pool_snapshots s
      where s.pool = pools.pool and s.read_at <= ${isoTime(at)} order by s.read_at desc limit 1
    ) held`;
  return new Map(rows.map(({ id, ...held }) => [id, held]));
}

/** The highest values of pools in the readings since a time, but not before `fallsMeasuredFrom`. In stroops of XLM. */
export async function readHighestValues(
  { sql }: Transaction,
  { ids, since }: { readonly ids: readonly PoolId[]; readonly since: number },
): Promise<Map<PoolId, bigint>> {
  // The row that held at that time is the last one at or before it.
  const rows = await sql<{ id: PoolId; highest: string | null }[]>`
    select encode(pools.pool, 'hex') as id, (
      select max(value) from pool_snapshots s
      where s.pool = pools.pool and s.read_at >= greatest(falls_measured_from, (
        select max(read_at) from pool_snapshots e where e.pool = pools.pool and e.read_at <= ${isoTime(since)}
      ))
    )::text as highest
    from ${givenPools({ sql }, ids)} join pools on pools.pool = given.pool`;
  return new Map(rows.flatMap(({ id, highest }) => (highest === null ? [] : [[id, BigInt(highest)]])));
}

async function selectSnapshots(tx: Transaction, which: Fragment, limit: number): Promise<PoolSnapshot[]> {
  const rows = await tx.sql<(Omit<PoolSnapshot, 'value'> & { value: string | null })[]>`
    select ${milliseconds(tx, 'read_at')} as "readAt", from_ledger::float8 as "fromLedger",
           to_ledger::float8 as "toLedger", reserve_a as "reserveA", reserve_b as "reserveB", shares, trustlines,
           value::text
    from pool_snapshots where ${which} order by read_at desc limit ${limit}`;
  return rows.map(({ value, ...row }) => ({ ...row, value: value === null ? null : BigInt(value) }));
}
