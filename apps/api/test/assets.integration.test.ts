import type {
  Asset,
  AssetDay,
  AssetDetail,
  AssetList,
  TrustlineHistory,
  TrustlineRankings,
  TrustlineStats,
} from '@stellar-insights/contract';
import { storeWithoutSource } from '@stellar-insights/db/assets';
import { accountOfKey, type AssetId } from '@stellar-insights/ledger';
import { describe, expect } from 'vitest';
import { ask, askAll, askPages } from './support/ask.ts';
import { expectProblem } from './support/open-api.ts';
import { test as onStage } from './support/stage.ts';
import { storeAssets, type StoredAsset } from './support/stored-assets.ts';
import { storePoolReading, xlmPool } from './support/stored-pools.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const ISSUER = accountOfKey(Buffer.alloc(32, 7));
const OTHER = accountOfKey(Buffer.alloc(32, 8));
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const issued = (code: string, issuer: string = ISSUER) => `${code}:${issuer}` as AssetId;

const BEFORE: readonly StoredAsset[] = [
  [issued('USD'), 5],
  [issued('EUR'), 9],
  [issued('GBP'), 3],
];
const NOW: readonly StoredAsset[] = [
  [issued('USD'), 7],
  [issued('EUR'), 7],
  [issued('GBP'), 9],
  [issued('USD', OTHER), 7],
  [issued('BIG'), 4_000],
];

/** `simulation`: three ledgers. `stored`: beside them, readings of eight days ago, of yesterday and of now. */
const test = onStage
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    const simulation = storedSimulation(db);
    await simulation.close(3);
    return simulation;
  })
  .extend('stored', { scope: 'file' }, async ({ db, simulation }) => {
    await storeAssets(db, BEFORE, { agoMs: 8 * DAY_MS });
    await storeAssets(db, BEFORE.slice(0, 2), { agoMs: 25 * HOUR_MS });
    await storeAssets(db, NOW);
    return simulation;
  });

const namesOf = (assets: readonly Asset[]) =>
  assets.map(({ code, issuer }) => (issuer === ISSUER ? code : `${code}*`));

test('before the first reading an answer says that there is none yet', async ({ api, simulation: _ }) => {
  for (const path of ['/assets', '/trustlines/stats', '/trustlines/rankings', `/assets/${issued('USD')}`]) {
    const response = await api.request(`/api/v1${path}`);
    expect(response.headers.get('retry-after')).toMatch(/^[0-9]+$/);
    expect((await expectProblem(response, 503)).code).toBe('not_synced');
  }
});

test('without a source of state there are no assets, and every answer says so', async ({
  api,
  db,
  simulation: _,
}) => {
  await storeWithoutSource(db, { staleAfterMs: HOUR_MS });
  for (const path of ['/assets', '/trustlines/rankings']) {
    expect(await ask<AssetList>(api, `/api/v1${path}`)).toMatchObject({ data: [], state: null });
  }
  expect(await ask<TrustlineStats>(api, '/api/v1/trustlines/stats')).toMatchObject({
    data: null,
    state: null,
  });
  expect((await expectProblem(await api.request(`/api/v1/assets/${issued('USD')}`), 404)).code).toBe(
    'asset_not_found',
  );
});

describe('assets', () => {
  test('are listed with most trustlines first, equal ones by name, on pages that together are the list', async ({
    api,
    stored,
  }) => {
    const pages = await askPages<Asset, AssetList>(api, '/api/v1/assets', { limit: '2' });
    expect(pages.map(({ data }) => data.length)).toStrictEqual([2, 2, 1]);
    const all = pages.flatMap(({ data }) => data);
    const equal = ISSUER < OTHER ? ['USD', 'USD*'] : ['USD*', 'USD'];
    expect(namesOf(all)).toStrictEqual(['BIG', 'GBP', 'EUR', ...equal]);
    const sequence = stored.last.header.sequence;
    const [first] = pages;
    for (const { as_of: asOf, state } of pages) {
      expect(asOf).toStrictEqual({ ...asOf, from_ledger: sequence, to_ledger: sequence, gaps: [] });
      expect(asOf.cursor).toBe(first?.as_of.cursor);
      expect(state).toMatchObject({ source: 'horizon', coverage: 'complete', is_stale: false });
    }
  });

  test('are listed by name, and selected by code and issuer', async ({ api, stored: _ }) => {
    const list = async (query: Record<string, string>) => await askAll<Asset>(api, '/api/v1/assets', query);
    const byName = (await list({ sort: 'asset', limit: '1' })).map(({ asset }) => asset);
    expect(byName).toStrictEqual(NOW.map(([asset]) => asset as string).toSorted());
    expect(namesOf(await list({ code: 'USD', issuer: OTHER }))).toStrictEqual(['USD*']);
    expect((await list({ code: 'USD' })).map(({ code }) => code)).toStrictEqual(['USD', 'USD']);
    expect(await list({ issuer: ISSUER })).toHaveLength(4);
    expect(await list({ code: 'usd' })).toStrictEqual([]);
  });

  test('have their holders, their supply and what has changed, in exact integers', async ({
    api,
    stored: _,
  }) => {
    const { data } = await ask<AssetDetail>(api, `/api/v1/assets/USD-${ISSUER}`);
    expect(data).toMatchObject({
      asset: issued('USD'),
      trustlines: { total: 7, authorized: 7, authorized_to_maintain_liabilities: 0, unauthorized: 0 },
      balances: { authorized: '7.0000000', authorized_stroops: '70000000' },
      total_supply_stroops: '70000012',
      change_24h: { trustlines: 2, authorized: 2, total_supply: '2.0000000' },
      change_7d: { trustlines: 2 },
      value: null,
    });
  });

  test('have a price with a reading of its own, of the pools, which is stale when its time has come', async ({
    api,
    db,
    stored: _,
  }) => {
    const usd = issued('USD');
    const detail = async () => await ask<AssetDetail>(api, `/api/v1/assets/${usd}`);
    expect(await detail()).toMatchObject({ data: { value: null }, value_state: null });
    const pool = xlmPool(1, usd, [30n, 10n]);
    await storePoolReading(db, [pool], { paths: new Map([[usd, [pool.id]]]) });
    const first = await detail();
    expect(first).toMatchObject({
      data: { value: { price_xlm: { value: 3 }, pools: [pool.id] } },
      value_state: { source: 'horizon', coverage: 'complete', to_ledger: 70_001, is_stale: false },
      state: { is_stale: false },
    });
    expect(first.value_state?.read_at).not.toBe(first.state?.read_at);
    expect(await detail()).toStrictEqual(first);

    await db.run(({ sql }) => sql`update state_syncs set stale_after = now() where name = 'pools'`);
    expect(await detail()).toStrictEqual({ ...first, value_state: { ...first.value_state, is_stale: true } });

    await storePoolReading(db, [xlmPool(1, usd, [50n, 10n])], { paths: new Map([[usd, [pool.id]]]) });
    const second = await detail();
    expect(second).toMatchObject({
      data: { value: { price_xlm: { value: 5 } } },
      value_state: { is_stale: false },
    });
    expect(second.value_state?.read_at).not.toBe(first.value_state?.read_at);
    expect(second.state).toStrictEqual(first.state);
  });

  test('do not include XLM, nor what nobody has read', async ({ api, stored: _ }) => {
    for (const asset of ['native', issued('NONE')]) {
      for (const path of [`/assets/${asset}`, `/trustlines/${asset}/history`]) {
        const { code } = await expectProblem(await api.request(`/api/v1${path}`), 404);
        expect(code).toBe('asset_not_found');
      }
    }
  });
});

describe('a ranking', () => {
  test('has ranks without a gap over its pages, the largest first', async ({ api, stored: _ }) => {
    const rank = async (by: string, limit: string) => {
      const path = '/api/v1/trustlines/rankings';
      const pages = await askPages<Asset & { rank: number }, TrustlineRankings>(api, path, { by, limit });
      return pages.flatMap(({ data }) => data);
    };
    for (const limit of ['1', '2', '200']) {
      const rows = await rank('trustlines', limit);
      expect(rows.map(({ rank: place }) => place)).toStrictEqual([1, 2, 3, 4, 5]);
      expect(rows.map(({ trustlines }) => trustlines.total)).toStrictEqual([4_000, 9, 7, 7, 7]);
      // What was not read so long ago has no change.
      const changes = (await rank('change_24h', limit)).map(({ code, change_24h: change }) => [
        code,
        change?.trustlines,
      ]);
      expect(changes).toStrictEqual([
        ['GBP', 6],
        ['USD', 2],
        ['EUR', -2],
      ]);
    }
  });
});

describe('the history of an asset', () => {
  const path = `/api/v1/trustlines/${issued('USD')}/history`;

  test('has the days on which something changed, oldest first', async ({ api, stored: _ }) => {
    const days = await askAll<AssetDay>(api, path, { limit: '1' });
    expect(days.map(({ trustlines }) => trustlines.total)).toStrictEqual([5, 7]);
    expect(days.map(({ date, read_at: at }) => at.startsWith(date))).toStrictEqual([true, true]);
    const { state } = await ask<TrustlineHistory>(api, path);
    const isOver = ({ date }: AssetDay) => Date.parse(date) + DAY_MS <= Date.parse(state?.read_at ?? '');
    expect(days.map((day) => day.is_complete)).toStrictEqual(days.map(isOver));
    const [first] = await askAll<AssetDay>(api, path, {
      to: new Date(Date.parse(days[0]?.read_at ?? '') + 1).toISOString(),
    });
    expect([days[0]?.is_complete, first?.is_complete]).toStrictEqual([true, false]);
  });

  test('begins with the day that held at `from`, and ends before `to`', async ({ api, stored: _ }) => {
    const at = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();
    const totals = async (query: Record<string, string>) =>
      (await askAll<AssetDay>(api, path, query)).map(({ trustlines }) => trustlines.total);
    expect(await totals({ from: at(3 * DAY_MS) })).toStrictEqual([5, 7]);
    expect(await totals({ from: at(3 * DAY_MS), to: at(2 * DAY_MS) })).toStrictEqual([5]);
    expect(await totals({ from: at(9 * DAY_MS) })).toStrictEqual([5, 7]);
    expect(await totals({ to: at(9 * DAY_MS) })).toStrictEqual([]);
    const [from, before] = [at(3 * DAY_MS), at(9 * DAY_MS)];
    expect(await totals({ from, to: from })).toStrictEqual([5]);
    expect(await totals({ from: before, to: before })).toStrictEqual([]);
  });
});

test('the totals of all assets are counts', async ({ api, stored: _ }) => {
  const { data } = await ask<TrustlineStats>(api, '/api/v1/trustlines/stats');
  expect(data).toMatchObject({
    assets: 5,
    trustlines: { total: 4_030 },
    flags: { auth_revocable: 5, unknown: 0 },
  });
});

describe('another reading', () => {
  test('is in later pages of a list, and in new answers', async ({ api, db, stored: _ }) => {
    const path = '/api/v1/assets';
    const query = { sort: 'asset', limit: '3' };
    const first = await ask<AssetList>(api, path, query);
    await storeAssets(db, [...NOW, [issued('ZZZ'), 1]]);
    const cursor = first.page.next_cursor ?? '';
    const second = await ask<AssetList>(api, path, { ...query, cursor });
    expect(second.as_of.cursor).toBe(first.as_of.cursor);
    expect(Date.parse(second.state?.read_at ?? '')).toBeGreaterThan(Date.parse(first.state?.read_at ?? ''));
    expect([...first.data, ...second.data].map(({ code }) => code)).toContain('ZZZ');
    expect((await ask<AssetDetail>(api, `/api/v1/assets/${issued('ZZZ')}`)).data.trustlines.total).toBe(1);
  });

  test('that is late makes every answer stale', async ({ api, db, stored: _ }) => {
    await storeAssets(db, NOW, { staleAfterMs: 0 });
    for (const path of [`/assets/${issued('USD')}`, '/assets', '/trustlines/rankings']) {
      const { state } = await ask<AssetList>(api, `/api/v1${path}`);
      expect(state?.is_stale, path).toBe(true);
    }
  });

  test('by an RPC, which lists no holders, has counts and flags only', async ({ api, db, stored: _ }) => {
    await storeAssets(db, NOW, { source: 'rpc' });
    const { data, state } = await ask<AssetDetail>(api, `/api/v1/assets/${issued('USD')}`);
    expect(state).toMatchObject({ source: 'rpc', coverage: 'seen' });
    expect(data).toMatchObject({
      balances: null,
      claimable_balances: null,
      total_supply: null,
      total_supply_stroops: null,
      flags: { auth_revocable: true },
    });
  });
});
