import { impermanentLoss } from '@stellar-insights/analytics';
import { readSnapshot, type Database } from '@stellar-insights/db';
import { listPools, listPoolSnapshots, readPoolFigures, type Pool } from '@stellar-insights/db/pools';
import type { PoolId } from '@stellar-insights/ledger';
import { poolFigures } from '@stellar-insights/simnet/testing';
import { renderPool } from '@stellar-insights/wire';
import { expect } from 'vitest';
import type { SimulatedNetwork } from './simulated-network.ts';

export function storedPools(db: Database): Promise<Map<PoolId, Pool>> {
  return readSnapshot(db, async (tx) => {
    const pools = await listPools(tx, { by: 'id', limit: 1000 });
    return new Map(pools.map((pool) => [pool.id, pool]));
  });
}

/** `seen`: the pools that the source can know; undefined: all. */
export async function expectTruePools(
  db: Database,
  { ledgers, truth }: SimulatedNetwork,
  seen?: ReadonlySet<PoolId>,
): Promise<void> {
  const states = truth.pools.filter(({ id }) => seen?.has(id) ?? true);
  const expected = poolFigures(states, ledgers);
  const pools = await storedPools(db);
  const existing = [...pools.values()].filter(({ state }) => state !== null);
  expect(existing.map(({ id }) => id)).toEqual(states.map(({ id }) => id));
  for (const { id, assetA, assetB, feeBp, ...state } of states) {
    const figures = expected.get(id);
    const pool = pools.get(id);
    if (figures === undefined || pool === undefined) throw new RangeError(`found nothing of pool ${id}`);
    const { value, day, week } = figures;
    expect(pool).toMatchObject({ id, assetA, assetB, feeBp, state, value, last24h: day, last7d: week });
    expect(pool.value).toBe(value);
    expectTrueRate(pool, day.fees, value);
  }
  const values = [...expected.values()];
  const sum = (of: (one: (typeof values)[number]) => bigint | null) =>
    values.reduce((total, one) => total + (of(one) ?? 0n), 0n);
  expect(await readSnapshot(db, readPoolFigures)).toMatchObject({
    toLedger: truth.ledger,
    value: sum(({ value }) => value),
    last24h: { volume: sum(({ day }) => day.volume), fees: sum(({ day }) => day.fees) },
    last7d: { volume: sum(({ week }) => week.volume), fees: sum(({ week }) => week.fees) },
  });
}

/** A day's fees as a yearly share of the value, to 1e-12. */
function expectTrueRate(pool: Pool, fees: bigint | null, value: bigint | null): void {
  const isKnown = fees !== null && value !== null && value > 0n;
  const expected = isKnown ? Number((fees * 365n * SCALE) / value) / Number(SCALE) : null;
  const { apr } = renderPool(pool);
  if (expected === null) expect(apr).toBeNull();
  else expect(Math.abs((apr?.value ?? Number.NaN) - expected)).toBeLessThanOrEqual(1e-12);
}

/** The impermanent loss between the first snapshot of each pool and the last one, to 1e-12. Resolves to how many pools have two. */
export async function expectTrueLosses(db: Database): Promise<number> {
  let moved = 0;
  for (const id of (await storedPools(db)).keys()) {
    const rows = await readSnapshot(db, (tx) => listPoolSnapshots(tx, { id, limit: 100 }));
    const [before, after] = [rows.at(-1), rows.at(0)];
    if (before === undefined || after === undefined || before === after) continue;
    if (before.reserveA === 0n || after.reserveA === 0n) continue;
    moved += 1;
    const loss = impermanentLoss(before, after)?.loss ?? Number.NaN;
    expect(Math.abs(loss - lossTruth(before, after))).toBeLessThanOrEqual(1e-12);
  }
  return moved;
}

const SCALE = 10n ** 30n;

type Reserves = Record<'reserveA' | 'reserveB', bigint>;

/** 2√k/(1+k) − 1, in whole numbers of 1e-30. */
function lossTruth(before: Reserves, after: Reserves): number {
  const k = (after.reserveB * before.reserveA * SCALE ** 2n) / (after.reserveA * before.reserveB);
  return Number((2n * wholeRoot(k) * SCALE ** 2n) / (SCALE ** 2n + k) - SCALE) / Number(SCALE);
}

/** The whole number that is next below the square root. */
function wholeRoot(value: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const better = (guess + value / guess) / 2n;
    if (better >= guess) return guess;
    guess = better;
  }
}
