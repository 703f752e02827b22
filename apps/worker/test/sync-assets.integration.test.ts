import { readSnapshot } from '@stellar-insights/db';
import { readTrustlineStats, type AssetStatistics } from '@stellar-insights/db/assets';
import { StateError } from '@stellar-insights/ledger/state';
import { describe, expect } from 'vitest';
import { round, stored, sync, syncOf } from './support/asset-sync.ts';
import { away, ListedAssets } from './support/listed-assets.ts';
import { test } from './support/published-corridors.ts';

describe('what is named', () => {
  test('is read in turn, as much of it at a time as the budget of requests allows, and not at all in part if the source fails', async ({
    db,
  }) => {
    const state = new ListedAssets(30);
    await sync({ db, state });
    await db.run(
      ({ sql }) => sql`
        insert into named_assets (asset, issuer, first_ledger, last_ledger)
        select asset, 1, 100, 200 from asset_statistics`,
    );
    await db.run(({ sql }) => sql`update named_cursor set ledger = 200`);
    state.ledger = 201;
    const readAgain = async () =>
      [...(await stored(db)).values()].filter(({ ledger }) => ledger === 201).length;

    expect(await round({ db, state, mostAssets: 10 })).toMatchObject({ byName: 10, remaining: false });
    expect(await readAgain()).toBe(10);
    const { pages } = state;
    state.beforePage = (page) => {
      if (page > pages + 1) throw Object.assign(new Error('spent'), { code: 'request_budget_spent' });
    };
    expect(await round({ db, state })).toMatchObject({ assets: 5, remaining: false, isStored: true });
    expect(await readAgain()).toBe(15);
    await expect(round({ db, state })).rejects.toThrow('spent');
    const failed = state.pages;
    state.beforePage = (page) => {
      if (page > failed + 1) away();
    };
    const revision = (await syncOf(db))?.revision;
    await expect(round({ db, state })).rejects.toThrow(StateError);
    expect(await readAgain()).toBe(15);
    expect(await syncOf(db)).toMatchObject({ revision });
    state.beforePage = () => undefined;
    expect(await sync({ db, state })).toMatchObject([{ byName: 15 }]);
    // Nothing is left: one asset shows that the source answers.
    expect(await sync({ db, state })).toMatchObject([{ byName: 0, assets: 1 }]);
  });
});

describe('a source that is behind', () => {
  test('the stored ledgers is not asked again within a job for what it does not know yet', async ({ db }) => {
    const state = new ListedAssets(233);
    await sync({ db, state });
    await db.run(
      ({ sql }) => sql`
        insert into named_assets (asset, issuer, first_ledger, last_ledger)
        select asset, 1, 100, 200 from asset_statistics`,
    );
    await db.run(({ sql }) => sql`update named_cursor set ledger = 200`);
    state.ledger = 199;
    expect(await round({ db, state })).toMatchObject({ byName: 200, remaining: false });
    state.ledger = 200;
    expect(await sync({ db, state })).toMatchObject([{ byName: 200, remaining: true }, { byName: 33 }]);
  });

  test('in a part of its answers takes nothing from an asset that a newer answer had', async ({ db }) => {
    const state = new ListedAssets(12);
    state.ledger = 110;
    await sync({ db, state });
    // Of two nodes behind a load balancer one is behind, and does not have some assets.
    const before = await stored(db);
    const behind = new ListedAssets(12);
    behind.beforePage = (page) => {
      behind.ledger = page === 1 ? 111 : 105;
    };
    expect(await sync({ db, state: behind, crawlEveryMs: 0 })).toMatchObject([{ endsCrawl: true }]);
    for (const [asset, { supply }] of await stored(db))
      expect([asset, supply]).not.toStrictEqual([asset, 0n]);
    const missing = new ListedAssets(7);
    missing.beforePage = (page) => {
      missing.ledger = page === 1 ? 111 : 105;
    };
    await db.run(
      ({ sql }) => sql`
        insert into named_assets (asset, issuer, first_ledger, last_ledger)
        select asset, 1, 100, 200 from asset_statistics`,
    );
    await db.run(({ sql }) => sql`update named_cursor set ledger = 200`);
    await round({ db, state: missing });
    const supplies = (assets: Map<string, AssetStatistics>) =>
      [...assets.values()].map(({ supply }) => supply);
    expect(supplies(await stored(db))).toStrictEqual(supplies(before));
  });
});

describe('a crawl', () => {
  test('that the source ends at any page goes on there, and reads no page twice that was stored', async ({
    db,
  }) => {
    const state = new ListedAssets(233);
    let failures = 0;
    state.beforePage = (page) => {
      if (page % 7 === 0) away();
    };
    for (let isOver = false; !isOver;) {
      const rounds = await sync({ db, state }).catch((error: unknown) => {
        expect(error).toBeInstanceOf(StateError);
        failures++;
        return [];
      });
      isOver = rounds.some(({ endsCrawl }) => endsCrawl);
    }
    expect(failures).toBeGreaterThan(5);
    // 47 pages, and those that failed.
    expect(state.pages).toBe(47 + failures);
    expect([...(await stored(db)).keys()]).toStrictEqual(state.names);
    expect((await readSnapshot(db, readTrustlineStats))?.crawl).toMatchObject({
      isRunning: false,
      assets: 233,
    });
  });

  test('that is stopped stores what it has read, and two at the same time store each part once', async ({
    db,
  }) => {
    const state = new ListedAssets(233);
    const stop = new AbortController();
    state.beforePage = (page) => {
      if (page === 4) stop.abort();
      stop.signal.throwIfAborted();
    };
    const stopped = await round({ db, state, signal: stop.signal });
    expect(stopped).toMatchObject({ assets: 15, remaining: false, isStored: true });
    state.beforePage = () => undefined;
    for (let isOver = false; !isOver;) {
      const rounds = await Promise.all([round({ db, state }), round({ db, state })]);
      expect(rounds.filter(({ isStored }) => isStored).length).toBeGreaterThan(0);
      isOver = rounds.some(({ endsCrawl, isStored }) => endsCrawl && isStored);
    }
    expect([...(await stored(db)).keys()]).toStrictEqual(state.names);
    const [kept] = await db.run(
      ({ sql }) => sql<{ rows: number; assets: number }[]>`
        select count(*)::int4 as rows, count(distinct asset)::int4 as assets from asset_snapshots`,
    );
    expect(kept).toStrictEqual({ rows: 233, assets: 233 });
  });

  test('leaves the last snapshot, which becomes stale, while the source fails', async ({ db }) => {
    const state = new ListedAssets(12);
    await sync({ db, state, staleAfterMs: 1 });
    const before = await stored(db);
    const revision = (await syncOf(db))?.revision;
    state.beforePage = away;
    await expect(sync({ db, state, crawlEveryMs: 0 })).rejects.toThrow(StateError);
    await expect(sync({ db, state })).rejects.toThrow(StateError);
    expect(await stored(db)).toStrictEqual(before);
    expect(await syncOf(db)).toMatchObject({ revision, isStale: true });
  });

  test('follows the last one after a day; what it leaves out is held by nobody; what anchors have is read meanwhile', async ({
    db,
  }) => {
    const state = new ListedAssets(12);
    const [first] = await sync({ db, state });
    expect(first?.endsCrawl).toBe(true);
    await db.run(
      ({ sql }) => sql`
        insert into anchor_assets (anchor, asset, is_listed)
        select 'example.com', asset, true from asset_statistics order by name limit 3`,
    );
    expect(await round({ db, state })).toMatchObject({ assets: 3, remaining: false });
    await db.run(({ sql }) => sql`delete from anchor_assets`);
    // Nothing is named: one asset shows that the source answers.
    expect(await sync({ db, state })).toMatchObject([{ assets: 1, endsCrawl: false }]);
    const fewer = new ListedAssets(11);
    fewer.ledger = 101;
    expect(await sync({ db, state: fewer, crawlEveryMs: 0 })).toMatchObject([
      { assets: 11, endsCrawl: true },
    ]);
    const gone = [...(await stored(db)).values()].at(-1);
    expect(gone).toMatchObject({ trustlines: { total: 0 }, supply: 0n });
    expect((await readSnapshot(db, readTrustlineStats))?.assets).toBe(11);
  });
});
