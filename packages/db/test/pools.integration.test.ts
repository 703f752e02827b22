import { annualRate, compareRatios, feesOf, impermanentLoss, type Ratio } from '@stellar-insights/analytics';
import { seed } from '@stellar-insights/devstack/vitest';
import type { AssetId, LedgerSequence, PoolId } from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import { readSnapshot, type Database, type Transaction } from '../src/index.ts';
import { readHead } from '../src/log/index.ts';
import {
  expirePoolSnapshots,
  listPools,
  listPoolSnapshots,
  NO_TRADES,
  readAllPools,
  readAssetPrices,
  readHighestValues,
  readPool,
  readPoolAt,
  readPoolFigures,
  readReservesAt,
  storedText,
  storePools,
  type ListedPool,
  type Pool,
  type PoolCounts,
  type PoolOrder,
  type PoolSnapshotChanges,
} from '../src/pools/index.ts';
import { beginSync } from '../src/state-syncs.ts';
import { test } from './migrated-database.ts';

const DAY_MS = 86_400_000;
const NOON = Date.UTC(2026, 0, 20, 12);
const SOURCE = { source: 'horizon', coverage: 'complete', fromLedger: 10, toLedger: 12 } as const;
const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
const XLM = 'native' as AssetId;
const [USD, EUR] = [`USD:${ISSUER}` as AssetId, `EUR:${ISSUER}` as AssetId];

const FIGURES = {
  fromLedger: 1 as LedgerSequence,
  toLedger: 12 as LedgerSequence,
  from24h: NOON - DAY_MS,
  from7d: NOON - 7 * DAY_MS,
  to: NOON,
  pools: 2,
  valuedPools: 1,
  trustlines: 7,
  value: 99n,
};

function idOf(place: number): PoolId {
  return place.toString(16).padStart(64, '0') as PoolId;
}

function pool(place: number, reserveA: bigint, reserveB: bigint, more: Partial<Pool> = {}): Pool {
  return {
    id: idOf(place),
    assetA: XLM,
    assetB: USD,
    feeBp: 30,
    state: { reserveA, reserveB, shares: 5n, trustlines: 3, modifiedLedger: 11 },
    value: 2n * reserveA,
    last24h: NO_TRADES,
    last7d: NO_TRADES,
    change7d: null,
    fallsMeasuredFrom: 0,
    ...more,
  };
}

/** Stores a snapshot of that time in which these pools are new, or other than before. */
async function store(
  db: Database,
  pools: readonly Pool[],
  { at = NOON, begun, ...more }: Partial<PoolSnapshotChanges> & { readonly at?: number } = {},
): Promise<boolean> {
  return await storePools(db, {
    begun: begun ?? { ...(await db.run((executor) => beginSync(executor, 'pools'))), readAt: at },
    state: SOURCE,
    staleAfterMs: 900_000,
    figures: FIGURES,
    changed: pools,
    moved: pools,
    removed: [],
    paths: new Map(),
    events: [],
    ...more,
  });
}

function read<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return readSnapshot(db, work);
}

describe('the lists of pools', () => {
  test('have every pool once, in the order of exact values, on pages of any size', async ({ db }) => {
    const random = new Random(`${seed()} lists`);
    const few = () => BigInt(random.integer(0, 4));
    const counts = (): PoolCounts => {
      if (random.chance(0.3)) return NO_TRADES;
      const [inputA, inputB] = [1000n * few(), 777n];
      const [volume, fees] = random.chance(0.2) ? [null, null] : [few(), few()];
      return {
        trades: 2,
        inputA,
        inputB,
        feesA: feesOf(inputA, 30),
        feesB: feesOf(inputB, 30),
        volume,
        fees,
      };
    };
    const pools = Array.from({ length: 80 }, (_, place): Pool => {
      const [reserveA, reserveB] = [few(), few()];
      const before = { reserveA: few(), reserveB: few() };
      const after = { reserveA, reserveB };
      return pool(place, reserveA, reserveB, {
        value: random.chance(0.2) ? null : few() * 10n ** 30n,
        last24h: counts(),
        last7d: counts(),
        change7d: random.chance(0.3) ? null : { from: NOON - 7 * DAY_MS, to: NOON, before, after },
        assetB: random.chance(0.5) ? USD : EUR,
      });
    });
    await store(db, pools);
    for (const by of ['id', 'value', 'apr', 'volume24h', 'volume7d', 'fees24h', 'fees7d', 'loss'] as const) {
      const listed: ListedPool[] = [];
      for (let limit = random.integer(1, 30), page: ListedPool[] = []; ; page = []) {
        page = await read(db, (tx) => listPools(tx, { by, after: listed.at(-1), limit }));
        listed.push(...page);
        if (page.length < limit) break;
      }
      const expected = pools.toSorted(
        (a, b) => compareNullable(valueOf(by, b), valueOf(by, a)) || (a.id < b.id ? -1 : 1),
      );
      expect(
        listed.map(({ place: _, ...each }) => each),
        by,
      ).toStrictEqual(expected);
    }
    const other = { asset: EUR, by: 'id', limit: 100 } as const;
    expect(await read(db, (tx) => listPools(tx, other))).toHaveLength(
      pools.filter(({ assetB }) => assetB === EUR).length,
    );
    expect(await read(db, (tx) => listPools(tx, { ...other, otherAsset: XLM }))).toHaveLength(
      pools.filter(({ assetB }) => assetB === EUR).length,
    );
    expect(await read(db, (tx) => listPools(tx, { ...other, otherAsset: USD }))).toStrictEqual([]);
    expect(await read(db, readAllPools)).toStrictEqual(new Map(pools.map((each) => [each.id, each])));
  });
});

/** What a pool is ordered by; null if it has no value. */
function valueOf(by: PoolOrder, { value, last24h, last7d, change7d }: Pool): Ratio | null {
  const whole = (numerator: bigint | null) => (numerator === null ? null : { numerator, denominator: 1n });
  switch (by) {
    case 'id':
      return null;
    case 'value':
      return whole(value);
    case 'apr':
      return annualRate(last24h.fees, value);
    case 'volume24h':
      return whole(last24h.volume);
    case 'volume7d':
      return whole(last7d.volume);
    case 'fees24h':
      return whole(last24h.fees);
    case 'fees7d':
      return whole(last7d.fees);
    case 'loss': {
      // The ratio of the prices, or its reciprocal: the larger, the larger is the loss.
      const ratio = change7d && impermanentLoss(change7d.before, change7d.after)?.ratio;
      if (!ratio) return null;
      const reciprocal = { numerator: ratio.denominator, denominator: ratio.numerator };
      return compareRatios(ratio, reciprocal) > 0 ? ratio : reciprocal;
    }
  }
}

function compareNullable(a: Ratio | null, b: Ratio | null): number {
  return a === null || b === null ? Number(a !== null) - Number(b !== null) : compareRatios(a, b);
}

describe('a snapshot of pools', () => {
  test('replaces the one before, with its figures and events, or stores nothing at all', async ({ db }) => {
    const [first, second, third] = [pool(1, 10n, 20n), pool(2, 30n, 40n), pool(3, 50n, 60n)];
    const traded = { ...NO_TRADES, trades: 3, inputA: 7n, volume: 7n };
    expect(await read(db, readPoolFigures)).toBeNull();
    const begun = await db.run((executor) => beginSync(executor, 'pools'));
    const event = { event: 'pool.changed', channels: ['pools'], data: {} };
    await store(db, [{ ...first, last24h: traded, last7d: traded }, second], { events: [event] });
    const late = { begun, events: [event], paths: new Map([[USD, [idOf(3)]]]) };
    expect(await store(db, [third], late)).toBe(false);
    // What fails last undoes all that came before it.
    const unwritable = { ...event, data: { amount: 1n } };
    await expect(store(db, [third], { events: [unwritable], removed: [idOf(1)] })).rejects.toThrow('BigInt');
    expect([...(await read(db, readAllPools)).keys()]).toStrictEqual([idOf(1), idOf(2)]);
    expect((await readHead(db)).lastId).toBe(1n);
    expect(await read(db, (tx) => readPoolAt(tx, { id: idOf(3), at: NOON }))).toBeNull();
    const sums = { pools: 1, trades: 3, valuedTrades: 3, volume: 7n, fees: 0n };
    expect(await read(db, readPoolFigures)).toStrictEqual({ ...FIGURES, last24h: sums, last7d: sums });

    const changed = { ...first, value: null, last7d: { ...traded, trades: 1, volume: null } };
    await store(db, [changed, third], { at: NOON + 1000, removed: [idOf(2)], moved: [third] });
    expect(await read(db, (tx) => readPool(tx, idOf(1)))).toStrictEqual(changed);
    expect(storedText(changed)).not.toBe(storedText(first));
    expect(await read(db, (tx) => readPool(tx, idOf(2)))).toBeNull();
    const unvalued = { pools: 1, trades: 1, valuedTrades: 0, volume: 0n, fees: 0n };
    const none = { pools: 0, trades: 0, valuedTrades: 0, volume: 0n, fees: 0n };
    const figures = await read(db, readPoolFigures);
    expect([figures?.last24h, figures?.last7d]).toStrictEqual([none, unvalued]);
  });

  test('has the prices of assets along its paths, and none of other assets', async ({ db }) => {
    const second = pool(2, 4n, 2n, { assetA: USD, assetB: EUR });
    const paths = new Map([
      [USD, [idOf(1)]],
      [EUR, [idOf(1), idOf(2)]],
    ]);
    await store(db, [pool(1, 10n, 20n), second], { paths });
    const prices = await read(db, (tx) => readAssetPrices(tx, [XLM, USD, EUR]));
    expect(prices.get(XLM)).toMatchObject({ numerator: 1n, denominator: 1n, pools: [] });
    expect(prices.get(USD)).toMatchObject({ numerator: 10n, denominator: 20n, pools: [idOf(1)] });
    expect(prices.get(EUR)).toMatchObject({ numerator: 40n, denominator: 40n, pools: [idOf(1), idOf(2)] });
    await store(db, [], { at: NOON + 1000, paths: new Map([[EUR, null]]) });
    expect([...(await read(db, (tx) => readAssetPrices(tx, [USD, EUR]))).keys()]).toStrictEqual([USD]);
  });
});

describe('the snapshots of a pool', () => {
  const id = idOf(1);

  /** Reserves of that many stroops in snapshots so many hours after noon. */
  async function storeAt(db: Database, hours: readonly number[]): Promise<void> {
    for (const hour of hours) {
      const state = pool(1, BigInt(1000 + hour), 5n, { value: BigInt(100 - hour) });
      await store(db, [state], { at: NOON + hour * 3_600_000 });
    }
  }

  test('hold from their time to the next one, and are listed newest first', async ({ db }) => {
    await storeAt(db, [0, 1, 3]);
    const at = (hours: number) => ({ id, at: NOON + hours * 3_600_000 });
    const reserves = async (hours: number) => (await read(db, (tx) => readPoolAt(tx, at(hours))))?.reserveA;
    expect(await Promise.all([-1, 0, 2, 3, 9].map(reserves))).toStrictEqual([
      undefined,
      1000n,
      1001n,
      1003n,
      1003n,
    ]);
    const held = await read(db, (tx) => readReservesAt(tx, at(2).at));
    expect(held.get(id)).toStrictEqual({ readAt: at(1).at, reserveA: 1001n, reserveB: 5n });
    const list = async (options: object) =>
      (await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 9, ...options }))).map(
        ({ readAt }) => readAt,
      );
    expect(await list({})).toStrictEqual([3, 1, 0].map((hours) => at(hours).at));
    expect(await list({ from: at(1).at, to: at(3).at })).toStrictEqual([at(1).at]);
    expect(await list({ before: at(3).at, limit: 1 })).toStrictEqual([at(1).at]);
  });

  test('have the highest value of a time, the row that held at its beginning included, since the last fall', async ({
    db,
  }) => {
    await storeAt(db, [0, 1, 3]);
    const highest = async (since: number) => {
      const values = await read(db, (tx) =>
        readHighestValues(tx, { ids: [id], since: NOON + since * 3_600_000 }),
      );
      return values.get(id);
    };
    expect(await Promise.all([-5, 0, 2, 4].map(highest))).toStrictEqual([100n, 100n, 99n, 97n]);
    await store(db, [pool(1, 1n, 1n, { value: 50n, fallsMeasuredFrom: NOON + 5 * 3_600_000 })], {
      at: NOON + 5 * 3_600_000,
    });
    expect(await highest(0)).toBe(50n);
  });

  test('are all kept for eight days, then the last of each day, then what held when the kept time begins', async ({
    db,
  }) => {
    const hours = [
      -24 * 40,
      -24 * 39,
      -24 * 21,
      -24 * 20 - 2,
      -24 * 20,
      -24 * 9 - 1,
      -24 * 9,
      -24 * 8,
      -1,
      0,
    ];
    await storeAt(db, hours);
    await store(db, [pool(2, 1n, 1n)], { at: NOON - 40 * DAY_MS });
    await store(db, [], { at: NOON });
    await expirePoolSnapshots(db, { days: 30 });
    const left = await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 99 }));
    expect(left.map(({ readAt }) => (readAt - NOON) / 3_600_000)).toStrictEqual(
      [-24 * 39, -24 * 21, -24 * 20, -24 * 9, -24 * 8, -1, 0].toReversed(),
    );
    expect(await read(db, (tx) => readPoolAt(tx, { id: idOf(2), at: NOON }))).not.toBeNull();
    await expirePoolSnapshots(db, { days: 30 });
    expect(await read(db, (tx) => listPoolSnapshots(tx, { id, limit: 99 }))).toStrictEqual(left);
  });
});
