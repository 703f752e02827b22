import type {
  Pool,
  PoolDetail,
  PoolList,
  PoolRankings,
  PoolSnapshot,
  PoolStats,
} from '@stellar-insights/contract';
import { accountOfKey, type AssetId } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages, type Api } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storePoolReading, xlmPool } from './support/stored-pools.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const DAY_MS = 86_400_000;
const XLM = 10_000_000n;
const ISSUER = accountOfKey(Buffer.alloc(32, 7));
const [USD, EUR, GBP] = ['USD', 'EUR', 'GBP'].map((code) => `${code}:${ISSUER}`) as [string, string, string];

/** Two that are worth the same, of which one had trades days ago; one with trades; one between two assets of which one has no price. */
const traded = {
  ...xlmPool(3, GBP, [400n * XLM, 100n * XLM]),
  last24h: { trades: 2, inputA: 9_000n, inputB: 0n, feesA: 27n, feesB: 0n, volume: 9_000n, fees: 27n },
  last7d: { trades: 5, inputA: 9_000n, inputB: 4_000n, feesA: 27n, feesB: 12n, volume: 25_000n, fees: 75n },
};
const tradedBefore = {
  ...xlmPool(1, EUR, [900n * XLM, 300n * XLM]),
  last7d: { trades: 1, inputA: 30_000n, inputB: 0n, feesA: 90n, feesB: 0n, volume: 30_000n, fees: 90n },
};
const unpriced = { ...xlmPool(4, GBP, [XLM, XLM]), assetA: USD as AssetId, value: null };
const NOW = [xlmPool(2, USD, [900n * XLM, 300n * XLM]), tradedBefore, traded, unpriced] as const;
const [usdPool, eurPool, gbpPool] = NOW;

/** `simulation`: three ledgers. `stored`: beside them, readings of eight days ago and of now; since, USD has become dearer. */
const test = onStage
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    const simulation = storedSimulation(db);
    await simulation.close(3);
    return simulation;
  })
  .extend('stored', { scope: 'file' }, async ({ db, simulation }) => {
    const before = [xlmPool(2, USD, [600n * XLM, 450n * XLM]), eurPool];
    await storePoolReading(db, before, { agoMs: 8 * DAY_MS });
    const paths = new Map([[usdPool.assetB, [usdPool.id]]]);
    const change = {
      from: Date.now() - 8 * DAY_MS,
      to: Date.now(),
      before: { reserveA: 600n * XLM, reserveB: 450n * XLM },
      after: { reserveA: 900n * XLM, reserveB: 300n * XLM },
    };
    const moved = { ...usdPool, change7d: change };
    await storePoolReading(db, [moved, eurPool, gbpPool, NOW[3]], { paths });
    return simulation;
  });

const bytesOf = (pools: readonly { readonly id: string }[]) =>
  pools.map(({ id }) => Number.parseInt(id.slice(0, 2), 16));

async function rank(api: Api, query: Record<string, string>): Promise<number[]> {
  const pages = await askPages<Pool & { rank: number }, PoolRankings>(
    api,
    '/api/v1/liquidity-pools/rankings',
    query,
  );
  const rows = pages.flatMap(({ data }) => data);
  expect(rows.map(({ rank: place }) => place)).toStrictEqual(rows.map((_, index) => index + 1));
  return bytesOf(rows);
}

test('before the first reading an answer says that there is none yet', async ({ api, simulation: _ }) => {
  for (const path of ['', '/stats', '/rankings', `/${usdPool.id}`, `/${usdPool.id}/snapshots`]) {
    const response = await api.request(`/api/v1/liquidity-pools${path}`);
    expect((await expectProblem(response, 503)).code).toBe('not_synced');
  }
});

describe('pools', () => {
  test('are listed by value, equal ones by id and those without one last, on pages that together are the list', async ({
    api,
    stored,
  }) => {
    for (const limit of ['1', '2', '3', '4']) {
      const pages = await askPages<Pool, PoolList>(api, '/api/v1/liquidity-pools', { limit });
      expect(bytesOf(pages.flatMap(({ data }) => data))).toStrictEqual([1, 2, 3, 4]);
      for (const { as_of: asOf, windows, state } of pages) {
        expect(asOf).toMatchObject({ to_ledger: stored.last.header.sequence, gaps: [] });
        expect(asOf.cursor).toBe(pages[0]?.as_of.cursor);
        expect(windows['24h'].to).toBe(new Date(stored.last.header.closedAt).toISOString());
        expect(state).toMatchObject({ source: 'horizon', coverage: 'complete', is_stale: false });
      }
    }
  });

  test('are listed by id, and selected by one asset or by both', async ({ api, stored: _ }) => {
    const list = async (query: Record<string, string>) =>
      bytesOf(await askAll<Pool>(api, '/api/v1/liquidity-pools', { limit: '1', ...query }));
    expect(await list({ sort: 'id' })).toStrictEqual([1, 2, 3, 4]);
    expect(await list({ asset: USD })).toStrictEqual([2, 4]);
    expect(await list({ asset: 'native', other_asset: USD })).toStrictEqual([2]);
    expect(await list({ asset: USD.replace(':', '-'), other_asset: 'native' })).toStrictEqual([2]);
    expect(await list({ asset: EUR, other_asset: GBP })).toStrictEqual([]);
    const alone = await api.request('/api/v1/liquidity-pools?other_asset=native');
    expect(await expectProblem(alone, 400)).toMatchObject({
      code: 'invalid_parameter',
      errors: [{ parameter: 'other_asset' }],
    });
  });
});

describe('a ranking', () => {
  test('has the largest first, those without a value last and ranks without a gap over its pages', async ({
    api,
    stored: _,
  }) => {
    for (const limit of ['1', '3', '200']) {
      expect(await rank(api, { limit })).toStrictEqual([1, 2, 3, 4]);
      expect(await rank(api, { limit, by: 'apr' })).toStrictEqual([3, 1, 2, 4]);
      for (const by of ['volume', 'fees']) {
        expect((await rank(api, { limit, by }))[0]).toBe(3);
        expect((await rank(api, { limit, by, window: '7d' })).slice(0, 2)).toStrictEqual([1, 3]);
      }
      for (const by of ['tvl', 'apr', 'il'])
        expect(await rank(api, { limit, by, window: '7d' })).toStrictEqual(await rank(api, { limit, by }));
      // The others have no reading of seven days ago, or have not moved.
      expect((await rank(api, { limit, by: 'il' }))[0]).toBe(2);
    }
  });
});

describe('one pool', () => {
  const path = `/api/v1/liquidity-pools/${usdPool.id}`;
  const at = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();

  test('has its reserves, what its assets are worth, and ratios with their exact parts', async ({
    api,
    stored: _,
  }) => {
    const { data } = await ask<PoolDetail>(api, path);
    expect(data).toMatchObject({
      id: usdPool.id,
      asset_b: USD,
      reserve_a: '900.0000000',
      reserve_b_stroops: '3000000000',
      price: { numerator: '3000000000', denominator: '9000000000' },
      tvl_xlm: '1800.0000000',
      value_a: { price_xlm: { value: 1, numerator: '1', denominator: '1' }, pools: [] },
      value_b: { price_xlm: { value: 3 }, pools: [usdPool.id] },
    });
  });

  test('has an annual rate of the fees of a day', async ({ api, stored: _ }) => {
    const { data } = await ask<PoolDetail>(api, `/api/v1/liquidity-pools/${gbpPool.id}`);
    expect(data).toMatchObject({
      apr: { numerator: `${27 * 365}`, denominator: `${800n * XLM}` },
      last_24h: { trades: 2, volume_a: '0.0009000', fees_xlm_stroops: '27' },
      last_7d: { trades: 5, volume_xlm_stroops: '25000' },
      value_b: null,
    });
  });

  test('has the impermanent loss between the readings before two dates', async ({ api, stored: _ }) => {
    const lossOf = async (query: Record<string, string> = {}) =>
      (await ask<PoolDetail>(api, path, query)).data.impermanent_loss;
    // 300/900 is four ninths of 450/600.
    const loss = (2 * (2 / 3)) / (1 + 4 / 9) - 1;
    for (const query of [
      {},
      { from: at(8 * DAY_MS - 60_000) },
      { to: at(-DAY_MS) },
      { from: at(DAY_MS), to: at(-1) },
    ]) {
      const { value = 0, price_ratio: ratio } = (await lossOf(query)) ?? {};
      expect(value, JSON.stringify(query)).toBeCloseTo(loss, 12);
      expect(ratio?.value).toBeCloseTo(4 / 9, 12);
    }
    expect(await lossOf({ from: at(3 * DAY_MS), to: at(2 * DAY_MS) })).toMatchObject({ value: 0 });
    expect(await lossOf({ from: at(9 * DAY_MS) })).toBeNull();
    expect(await lossOf({ to: '2020-01-01' })).toBeNull();
  });

  test('has snapshots, newest first; the last of those since a time is the one that held then', async ({
    api,
    stored: _,
  }) => {
    const reserves = async (query: Record<string, string>) =>
      (await askAll<PoolSnapshot>(api, `${path}/snapshots`, { limit: '1', ...query })).map(
        ({ reserve_a: a }) => a,
      );
    expect(await reserves({})).toStrictEqual(['900.0000000', '600.0000000']);
    expect(await reserves({ from: at(DAY_MS) })).toStrictEqual(['900.0000000', '600.0000000']);
    expect(await reserves({ from: at(DAY_MS), to: at(DAY_MS / 2) })).toStrictEqual(['600.0000000']);
    expect(await reserves({ to: at(9 * DAY_MS) })).toStrictEqual([]);
    const complete = async (query: Record<string, string>) =>
      (await askAll<PoolSnapshot>(api, `${path}/snapshots`, { limit: '1', ...query })).map(
        ({ is_complete: isComplete }) => isComplete,
      );
    expect(await complete({})).toStrictEqual([false, true]);
    expect(await complete({ from: at(DAY_MS), to: at(DAY_MS / 2) })).toStrictEqual([true]);
    const [from, before] = [at(DAY_MS), at(9 * DAY_MS)];
    expect(await reserves({ from, to: from })).toStrictEqual(['600.0000000']);
    expect(await reserves({ from: before, to: before })).toStrictEqual([]);
  });

  test('that nobody has read is answered with 404', async ({ api, stored: _ }) => {
    for (const rest of ['', '/snapshots']) {
      const response = await api.request(`/api/v1/liquidity-pools/${'0'.repeat(64)}${rest}`);
      expect((await expectProblem(response, 404)).code).toBe('pool_not_found');
    }
  });
});

test('the sums over all pools say how many are in them', async ({ api, stored: _ }) => {
  const { data } = await ask<PoolStats>(api, '/api/v1/liquidity-pools/stats');
  expect(data).toMatchObject({
    pools: 4,
    valued_pools: 3,
    trustlines: 10,
    tvl_xlm: '4400.0000000',
    last_24h: { pools: 1, trades: 2, valued_trades: 2, volume_xlm_stroops: '9000' },
    last_7d: { pools: 2, trades: 6, fees_xlm_stroops: '165' },
  });
});

test('a pool without a source of state has its trades, and nothing that follows from reserves', async ({
  api,
  db,
  stored: _,
}) => {
  const counts = { ...traded.last24h, volume: null, fees: null };
  const known = { ...traded, state: null, value: null, last24h: counts, last7d: counts };
  await storePoolReading(db, [known], { hasSource: false });
  const { data, state } = await ask<PoolDetail>(api, `/api/v1/liquidity-pools/${gbpPool.id}`);
  expect(state).toBeNull();
  expect(data).toMatchObject({
    asset_b: GBP,
    reserve_a: null,
    price: null,
    tvl_xlm: null,
    apr: null,
    impermanent_loss: null,
    last_24h: { trades: 2, volume_a: '0.0009000', volume_xlm: null },
  });
});
