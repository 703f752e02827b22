import { poolList, poolSnapshotList, poolStats } from '@stellar-insights/contract';
import type { AssetId, PoolId } from '@stellar-insights/ledger';
import { describe, expect, it } from 'vitest';
import {
  POOL_COLUMNS,
  POOL_SNAPSHOT_COLUMNS,
  renderAssetValue,
  renderPool,
  renderPoolSnapshot,
  renderPoolStats,
} from '../src/index.ts';
import { columnsOf } from './columns.ts';

const TIME = Date.UTC(2026, 10, 28, 12);
const counts = { trades: 3, inputA: 100n, inputB: 10n ** 20n, feesA: 0n, feesB: 3n, volume: 900n, fees: 20n };
const reserves = { reserveA: 8_000n, reserveB: 1_000n, shares: 2_500n, trustlines: 4 };

const pool = {
  id: '0f'.repeat(32) as PoolId,
  assetA: 'native' as AssetId,
  assetB: `USDC:G${'A2'.repeat(27)}B` as AssetId,
  feeBp: 30,
  state: { ...reserves, modifiedLedger: 9 },
  value: 16_000n,
  last24h: counts,
  last7d: { ...counts, trades: 4 },
  change7d: {
    from: TIME - 7 * 86_400_000,
    to: TIME,
    before: { reserveA: 4_000n, reserveB: 2_000n },
    after: { reserveA: 8_000n, reserveB: 1_000n },
  },
};

describe('a pool', () => {
  const row = poolList.shape.data.element;

  it('has exactly the fields that the contract publishes, whatever of it is known', () => {
    const unpriced = { ...counts, volume: null, fees: null };
    const unknown = {
      ...pool,
      state: null,
      value: null,
      last24h: unpriced,
      last7d: unpriced,
      change7d: null,
    };
    const empty = {
      ...pool,
      state: { ...reserves, reserveA: 0n, reserveB: 0n, modifiedLedger: 9 },
      value: 0n,
    };
    for (const rendered of [pool, unknown, empty].map((each) => renderPool(each))) {
      expect(row.strict().parse(rendered)).toStrictEqual(rendered);
    }
    expect(renderPool(unknown)).toMatchObject({ reserve_a: null, price: null, apr: null });
    expect(renderPool(empty)).toMatchObject({ reserve_a: '0.0000000', price: null, apr: null });
  });

  it('has ratios whose exact parts are integers that it publishes too', () => {
    expect(renderPool(pool)).toMatchObject({
      price: { value: 0.125, numerator: '1000', denominator: '8000' },
      tvl_xlm: '0.0016000',
      apr: { value: (20 * 365) / 16_000, numerator: '7300', denominator: '16000' },
      last_24h: { volume_b: '10000000000000.0000000', fees_xlm_stroops: '20' },
      last_7d: { trades: 4 },
    });
  });

  it('has lost 2·√k / (1 + k) − 1 to the price, between the two readings that it names', () => {
    // 1000/8000 is a quarter of 2000/4000.
    const { impermanent_loss: loss } = renderPool(pool);
    expect(loss).toMatchObject({
      price_ratio: { value: 0.25 },
      from: '2026-11-21T12:00:00.000Z',
      to: '2026-11-28T12:00:00.000Z',
    });
    expect(loss?.value).toBeCloseTo((2 * 0.5) / 1.25 - 1, 12);
    expect(renderPool(pool, null).impermanent_loss).toBeNull();
  });

  it('has a column in CSV for each field', () => {
    expect(columnsOf(renderPool(pool)).toSorted()).toStrictEqual(POOL_COLUMNS.toSorted());
  });
});

describe('a snapshot of a pool', () => {
  it('has exactly the fields that the contract publishes, and a column for each', () => {
    const rendered = renderPoolSnapshot({
      readAt: TIME,
      fromLedger: 8,
      toLedger: 9,
      isComplete: true,
      ...reserves,
      value: 16_000n,
    });
    expect(poolSnapshotList.shape.data.element.strict().parse(rendered)).toStrictEqual(rendered);
    expect(columnsOf(rendered).toSorted()).toStrictEqual(POOL_SNAPSHOT_COLUMNS.toSorted());
  });
});

describe('the numbers of all pools', () => {
  it('have exactly the fields that the contract publishes', () => {
    const all = { pools: 2, trades: 5, valuedTrades: 4, volume: 10n ** 19n, fees: 7n };
    for (const [trustlines, value] of [
      [4, 16_000n],
      [null, null],
    ] as const) {
      const stats = renderPoolStats({
        pools: 3,
        valuedPools: 1,
        trustlines,
        value,
        last24h: all,
        last7d: all,
      });
      expect(poolStats.shape.data.strict().parse(stats)).toStrictEqual(stats);
    }
  });
});

describe('the value of an asset', () => {
  it('is the exact price along a path of pools, or null', () => {
    const path = [pool.id];
    expect(
      renderAssetValue({ numerator: 10n ** 40n, denominator: 4n * 10n ** 40n, pools: path }),
    ).toStrictEqual({
      price_xlm: { value: 0.25, numerator: `1${'0'.repeat(40)}`, denominator: `4${'0'.repeat(40)}` },
      pools: path,
    });
    expect(renderAssetValue(undefined)).toBeNull();
  });
});
