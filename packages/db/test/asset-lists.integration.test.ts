import { seed } from '@stellar-insights/devstack/vitest';
import { accountOfKey } from '@stellar-insights/ledger';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  keepSnapshots,
  listAssetDays,
  listAssets,
  readAsset,
  readAssetAt,
  readTrustlineStats,
} from '../src/assets/index.ts';
import { readSnapshot, type Transaction } from '../src/index.ts';
import { PlanRecorder } from '../src/testing/index.ts';
import { test } from './migrated-database.ts';
import { allAssets, DAY_MS, HOUR_MS, ISSUER, listed, named, read, store } from './stored-assets.ts';

describe('what a source that lists holders says', () => {
  test('is compared with the last reading that was kept 24 hours and 7 days before', async ({ db }) => {
    await store(db, { agoMs: 8 * DAY_MS, assets: [listed('USD', 10, 10)] });
    await store(db, { agoMs: 25 * HOUR_MS, assets: [listed('USD', 15, 20), listed('EUR', 2, 20)] });
    await store(db, { agoMs: 23 * HOUR_MS, assets: [listed('USD', 99, 30), listed('NEW', 1, 30)] });
    await store(db, { assets: [listed('USD', 12, 40), listed('EUR', 2, 40), listed('NEW', 3, 40)] });
    const changes = async (code: string) => {
      const asset = await read(db, (tx) => readAsset(tx, named(code)));
      return [asset?.change24h, asset?.change7d];
    };
    expect(await changes('USD')).toStrictEqual([
      { trustlines: -3, authorized: -3, supply: -30_000_000n },
      { trustlines: 2, authorized: 2, supply: 20_000_000n },
    ]);
    expect(await changes('EUR')).toStrictEqual([{ trustlines: 0, authorized: 0, supply: 0n }, null]);
    expect(await changes('NEW')).toStrictEqual([null, null]);
    expect(await allAssets(db, 'change_24h')).toStrictEqual(['EUR', 'USD']);
    expect(await allAssets(db, 'change_7d')).toStrictEqual(['USD']);
    const { change24h, change7d } = (await read(db, readTrustlineStats)) ?? {};
    expect([change24h, change7d]).toStrictEqual([
      { assets: 1, trustlines: 20 - 19 },
      { assets: 2, trustlines: 20 - 11 },
    ]);
  });

  test('is listed in pages that neither miss nor repeat an asset, in each order and by code or issuer', async ({
    db,
  }) => {
    const random = new Random(`assets ${seed()}`);
    const codes = Array.from({ length: 23 }, (_, place) => `A${place}`);
    await store(db, {
      agoMs: 2 * DAY_MS,
      assets: codes.map((code) => listed(code, random.integer(0, 5), 10)),
    });
    await store(db, { assets: codes.map((code) => listed(code, random.integer(0, 5))) });
    for (const by of ['asset', 'trustlines', 'authorized', 'change_24h'] as const) {
      const whole = await read(db, (tx) => listAssets(tx, { by, limit: 200 }));
      const value = ({ trustlines, change24h }: (typeof whole)[number]) =>
        by === 'asset'
          ? 0
          : by === 'change_24h'
            ? (change24h?.trustlines ?? Number.NaN)
            : trustlines[by === 'trustlines' ? 'total' : 'authorized'];
      const sorted = whole.toSorted((a, b) => value(b) - value(a) || (a.asset < b.asset ? -1 : 1));
      expect(whole).toStrictEqual(sorted);
      expect(await allAssets(db, by, 4)).toStrictEqual(whole.map(({ asset }) => asset.split(':')[0]));
    }
    const other = accountOfKey(Buffer.alloc(32, 9));
    const filtered = (options: object) =>
      read(db, (tx) => listAssets(tx, { by: 'trustlines', limit: 200, ...options }));
    expect((await filtered({ code: 'A7' })).map(({ asset }) => asset)).toStrictEqual([named('A7')]);
    expect(await filtered({ issuer: ISSUER })).toHaveLength(23);
    expect(await filtered({ issuer: other })).toStrictEqual([]);
  });
});

test('readings are kept as they were for eight days, then one a day, then the last one', async ({ db }) => {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const at = (daysAgo: number, hour: number) => Date.now() - (today - daysAgo * DAY_MS + hour * HOUR_MS);
  const times = [30, 20, 20, 12, 12, 3, 3];
  for (const [place, daysAgo] of times.entries()) {
    const assets = [listed('USD', place + 1, place + 1), ...(place === 0 ? [listed('OLD', 1, 1)] : [])];
    await store(db, { agoMs: at(daysAgo, 1 + place), assets });
  }
  const kept = (code: string) =>
    db.run(
      ({ sql }) => sql<{ authorized: number }[]>`
        select authorized from asset_snapshots join assets a on a.id = asset_snapshots.asset
        where a.asset = ${named(code)} order by read_at`,
    );
  const counts = async (code: string) => (await kept(code)).map(({ authorized }) => authorized);
  expect(await counts('USD')).toStrictEqual([1, 2, 3, 4, 5, 6, 7]);
  const days = (options: object) =>
    read(db, (tx) => listAssetDays(tx, { asset: named('USD'), limit: 10, ...options }));
  const before = await days({});
  expect(before.map(({ trustlines }) => trustlines.authorized)).toStrictEqual([1, 3, 5, 7]);
  await keepSnapshots(db, { days: 15 });
  await keepSnapshots(db, { days: 15 });
  expect(await counts('USD')).toStrictEqual([3, 5, 6, 7]);
  expect(await counts('OLD')).toStrictEqual([1]);
  expect(await days({})).toStrictEqual(before.slice(1));
  const [first, second] = before.slice(1);
  expect(await days({ limit: 1 })).toStrictEqual([first]);
  expect(await days({ limit: 1, after: first?.day })).toStrictEqual([second]);
  expect(await days({ from: (first?.readAt ?? 0) + 1, to: second?.readAt })).toStrictEqual([]);
  const time = (second?.readAt ?? 0) - 1;
  expect(await read(db, (tx) => readAssetAt(tx, { asset: named('USD'), at: time }))).toStrictEqual(first);
});

test('no list of assets reads more than the page that it answers with', async ({ db, url }) => {
  const assets = Array.from({ length: 5000 }, (_, place) => listed(`C${place}`, place % 900));
  await store(db, { agoMs: 2 * DAY_MS, assets });
  await store(db, { assets });
  await db.run(({ sql }) => sql`analyze asset_statistics, asset_snapshots, assets, state_syncs`);
  await using recorder = new PlanRecorder(url);
  const after = { value: 450, asset: named('C450') };
  const reads: ((tx: Transaction) => Promise<unknown>)[] = [
    ...(['asset', 'trustlines', 'authorized', 'change_24h', 'change_7d'] as const).flatMap((by) => [
      (tx: Transaction) => listAssets(tx, { by, limit: 50 }),
      (tx: Transaction) => listAssets(tx, { by, limit: 50, after }),
    ]),
    (tx) => listAssets(tx, { by: 'trustlines', code: 'C7', limit: 50 }),
    (tx) => readAsset(tx, named('C7')),
    (tx) => listAssetDays(tx, { asset: named('C7'), limit: 50 }),
    (tx) => readAssetAt(tx, { asset: named('C7'), at: Date.now() }),
    readTrustlineStats,
  ];
  for (const work of reads) {
    for (const plan of await recorder.plansOf((recorded) => readSnapshot(recorded, work))) {
      expect.soft(plan.tablesReadWhole, plan.query).toStrictEqual([]);
      expect.soft(plan.buffers, plan.query).toBeLessThanOrEqual(250);
    }
  }
});
