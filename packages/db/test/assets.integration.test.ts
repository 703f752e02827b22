import { seed } from '@stellar-insights/devstack/vitest';
import { accountOfKey } from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  beginAssetSync,
  readAsset,
  readTrustlineStats,
  storeAssetSync,
  storeWithoutSource,
  type AssetSync,
  type TrustlineReading,
} from '../src/assets/index.ts';
import { readStateSync } from '../src/state-syncs.ts';
import { test } from './migrated-database.ts';
import {
  allAssets,
  begin,
  DAY_MS,
  FLAGS,
  HOUR_MS,
  listed,
  named,
  read,
  seen,
  store,
} from './stored-assets.ts';

describe('what a source that lists holders says', () => {
  test('is kept as it is, with the total supply in exact integers', async ({ db }) => {
    await store(db, { assets: [listed('USD', 12, 100, 3), listed('EUR', 5)] });
    expect(await read(db, (tx) => readAsset(tx, named('USD')))).toStrictEqual({
      asset: named('USD'),
      flags: FLAGS,
      trustlines: { total: 16, authorized: 12, maintainLiabilities: 1, unauthorized: 3 },
      balances: { authorized: 120_000_000n, maintainLiabilities: 10_000_000n, unauthorized: 30_000_000n },
      claimableBalances: { count: 2, amount: 2n ** 63n },
      pools: { count: 1, amount: 3n },
      contracts: { count: 1, amount: 5n },
      supply: 160_000_000n + 2n ** 63n + 8n,
      readAt: expect.any(Number) as number,
      ledger: 100,
      change24h: null,
      change7d: null,
    });
    expect(await read(db, readTrustlineStats)).toMatchObject({
      assets: 2,
      trustlines: { total: 22, authorized: 17, maintainLiabilities: 2, unauthorized: 3 },
      flags: { authRequired: 0, authRevocable: 2, authImmutable: 0, authClawbackEnabled: 2, unknown: 0 },
      change24h: null,
      crawl: null,
    });
  });

  test('is kept also if many contracts hold as much as one contract can', async ({ db }) => {
    const amount = 10_000n * (2n ** 127n - 1n);
    const { state, ledger } = listed('MUCH', 1);
    const much = { state: { ...state, contracts: { count: 10_000, amount } }, ledger };
    await store(db, { agoMs: 8 * DAY_MS, assets: [{ state, ledger }] });
    await store(db, { assets: [much] });
    const { contracts, supply, change7d } = (await read(db, (tx) => readAsset(tx, named('MUCH')))) ?? {};
    expect(contracts).toStrictEqual({ count: 10_000, amount });
    expect([supply, change7d?.supply]).toStrictEqual([amount + 20_000_003n + 2n ** 63n, amount - 5n]);
  });

  test('is that nobody holds what crawls leave out, which is written until nothing of it changes', async ({
    db,
  }) => {
    const usd = async () => await read(db, (tx) => readAsset(tx, named('USD')));
    await store(db, { agoMs: 12 * DAY_MS, assets: [listed('USD', 10, 10)] });
    await store(db, { agoMs: 9 * DAY_MS, endsCrawl: true });
    expect(await usd()).toMatchObject({ supply: 0n, change24h: { trustlines: -11 }, change7d: null });
    await store(db, { agoMs: 7.5 * DAY_MS, endsCrawl: true });
    expect(await usd()).toMatchObject({ change24h: { trustlines: 0 }, change7d: null });
    await store(db, { agoMs: 1.5 * DAY_MS, endsCrawl: true });
    const settled = await usd();
    expect(settled).toMatchObject({ change7d: { trustlines: 0, authorized: 0, supply: 0n } });
    await store(db, { endsCrawl: true });
    expect(await usd()).toStrictEqual(settled);
  });

  test('is replaced only by what is not older, and is zero once a whole listing leaves the asset out', async ({
    db,
  }) => {
    await store(db, { assets: [listed('OLD', 4, 90), listed('USD', 12, 100)] });
    await store(db, { assets: [listed('USD', 11, 99)] });
    expect(await read(db, (tx) => readAsset(tx, named('USD')))).toMatchObject({
      trustlines: { authorized: 12 },
    });
    await store(db, { assets: [listed('USD', 13, 100)], endsCrawl: true });
    expect(await read(db, (tx) => readAsset(tx, named('USD')))).toMatchObject({
      trustlines: { authorized: 13 },
    });
    expect(await read(db, (tx) => readAsset(tx, named('OLD')))).toMatchObject({
      trustlines: { total: 0 },
      supply: 0n,
      flags: null,
    });
    expect(await read(db, readTrustlineStats)).toMatchObject({ assets: 1, crawl: { isRunning: false } });
  });
});

describe('what a source says that only knows names', () => {
  test('is the flags and the trustlines that were named, each counted once, whatever is stored again', async ({
    db,
  }) => {
    const random = new Random(`trustlines ${seed()}`);
    const truth = new Map<string, TrustlineReading>();
    const assets = ['USD', 'EUR'];
    for (let round = 1; round <= 12; round++) {
      const trustlines = new Map<string, TrustlineReading>();
      for (let line = 0; line < 15; line++) {
        const asset = named(random.pick(assets));
        const account = accountOfKey(Buffer.alloc(32, random.integer(1, 20)));
        const state = random.pick(['authorized', 'maintain_liabilities', 'unauthorized', 'absent'] as const);
        // One of a ledger that is older than what is stored is left out.
        const ledger = 100 + round - (random.integer(0, 3) === 0 ? 5 : 0);
        trustlines.set(`${asset} ${account}`, { asset, account, state, ledger });
      }
      for (const [key, reading] of trustlines) {
        if ((truth.get(key)?.ledger ?? 0) <= reading.ledger) truth.set(key, reading);
      }
      const readings = [...trustlines.values()];
      const options = {
        source: 'rpc',
        trustlines: readings,
        assets: assets.map((code) => seen(code)),
      } as const;
      await store(db, options);
      await store(db, options);
    }
    for (const code of assets) {
      const lines = [...truth.values()].filter(({ asset }) => asset === named(code));
      const count = (state: string) => lines.filter((line) => line.state === state).length;
      const counts = {
        authorized: count('authorized'),
        maintainLiabilities: count('maintain_liabilities'),
        unauthorized: count('unauthorized'),
      };
      const total = counts.authorized + counts.maintainLiabilities + counts.unauthorized;
      expect(await read(db, (tx) => readAsset(tx, named(code)))).toMatchObject({
        flags: FLAGS,
        trustlines: { ...counts, total },
        balances: null,
        claimableBalances: null,
        pools: null,
        contracts: null,
        supply: null,
      });
    }
  });

  test('hides what another source has said, until that one is asked again', async ({ db }) => {
    await store(db, { assets: [listed('USD', 12), listed('EUR', 5)] });
    await store(db, { source: 'rpc', assets: [seen('USD', null)] });
    expect(await allAssets(db, 'asset')).toStrictEqual(['USD']);
    expect(await read(db, (tx) => readAsset(tx, named('EUR')))).toBeNull();
    expect(await read(db, readTrustlineStats)).toMatchObject({ assets: 1, flags: { unknown: 1 } });
    expect((await beginAssetSync(db, 'horizon')).progress).toStrictEqual({
      assetsSince: 0,
      trustlinesSince: 0,
      crawl: null,
    });
    await store(db, { assets: [listed('USD', 12)] });
    expect(await allAssets(db, 'asset')).toStrictEqual(['EUR', 'USD']);
  });
});

describe('a sync of assets', () => {
  test('is stored by one of several that began together; the others store nothing', async ({ db }) => {
    const begun: AssetSync[] = [];
    for (const code of ['A', 'B', 'C', 'D']) begun.push(await begin(db, { assets: [listed(code, 1)] }));
    const stored = await Promise.all(begun.map((one) => storeAssetSync(db, one)));
    expect(stored.filter(Boolean)).toHaveLength(1);
    expect(await allAssets(db, 'asset')).toStrictEqual([['A', 'B', 'C', 'D'][stored.indexOf(true)]]);
    expect(await db.run(({ sql }) => sql`select from asset_snapshots`)).toHaveLength(1);
  });

  test('without a source of state leaves nothing to list, and what another process has read as it is', async ({
    db,
  }) => {
    const state = async () => (await db.run((executor) => readStateSync(executor, 'assets')))?.state;
    expect(await read(db, readTrustlineStats)).toBeNull();
    for (let time = 0; time < 2; time++) {
      await storeWithoutSource(db, { staleAfterMs: HOUR_MS });
      expect(await state()).toBeNull();
      expect(await allAssets(db, 'asset')).toStrictEqual([]);
      expect(await read(db, readTrustlineStats)).toBeNull();
    }
    await store(db, { assets: [listed('USD', 12)] });
    await storeWithoutSource(db, { staleAfterMs: HOUR_MS });
    expect(await state()).toMatchObject({ source: 'horizon' });
    expect(await allAssets(db, 'asset')).toStrictEqual(['USD']);
  });
});
