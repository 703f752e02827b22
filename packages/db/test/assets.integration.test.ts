import { seed } from '@stellar-insights/devstack/vitest';
import { accountOfKey, type AccountId, type AssetId } from '@stellar-insights/ledger';
import type { AccountFlags, AssetState } from '@stellar-insights/ledger/state';
import { Random } from '@stellar-insights/simnet/testing';
import { describe, expect } from 'vitest';
import {
  beginAssetSync,
  keepSnapshots,
  listAssetDays,
  listAssets,
  readAsset,
  readAssetAt,
  readTrustlineStats,
  storeAssetSync,
  storeWithoutSource,
  type AssetOrder,
  type AssetPlace,
  type AssetReading,
  type AssetSync,
  type TrustlineReading,
} from '../src/assets/index.ts';
import { readSnapshot, type Database, type Transaction } from '../src/index.ts';
import { readStateSync } from '../src/state-syncs.ts';
import { PlanRecorder } from '../src/testing/index.ts';
import { test } from './migrated-database.ts';

const ISSUER = accountOfKey(Buffer.alloc(32, 7));
const FLAGS: AccountFlags = {
  authRequired: false,
  authRevocable: true,
  authImmutable: false,
  authClawbackEnabled: true,
};
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const named = (code: string, issuer: AccountId = ISSUER) => `${code}:${issuer}` as AssetId;

/** An asset with as many authorized trustlines as are given, of one unit each. */
function listed(code: string, authorized: number, ledger = 100, unauthorized = 0): AssetReading {
  const holding = (accounts: number) => ({ accounts, balance: BigInt(accounts) * 10_000_000n });
  const holders = {
    authorized: holding(authorized),
    maintainLiabilities: holding(1),
    unauthorized: holding(unauthorized),
  };
  const claimableBalances = { count: 2, amount: 2n ** 63n };
  const state = { asset: named(code), flags: FLAGS, holders, claimableBalances };
  return {
    state: { ...state, pools: { count: 1, amount: 3n }, contracts: { count: 1, amount: 5n } },
    ledger,
  };
}

/** An asset of which the source knows no holders. */
function seen(code: string, flags: AccountFlags | null = FLAGS, ledger = 100): AssetReading {
  const nothing = { holders: null, claimableBalances: null, pools: null, contracts: null };
  const state: AssetState = { asset: named(code), flags, ...nothing };
  return { state, ledger };
}

interface SyncOptions extends Partial<Pick<AssetSync, 'assets' | 'trustlines' | 'endsCrawl'>> {
  readonly source?: 'horizon' | 'rpc';
  /** How long before now it began. */
  readonly agoMs?: number;
}

async function begin(db: Database, options: SyncOptions = {}): Promise<AssetSync> {
  const { source = 'horizon', assets = [], trustlines = [], endsCrawl = false, agoMs = 0 } = options;
  const { sync, progress } = await beginAssetSync(db, source);
  const coverage = source === 'horizon' ? 'complete' : 'seen';
  const state = { source, coverage, fromLedger: 100, toLedger: 101 } as const;
  const startedAt = sync.readAt - agoMs;
  const ended = {
    startedAt,
    finishedAt: startedAt,
    cursor: null,
    fromLedger: 100,
    assets: 1,
    lastFinishedAt: startedAt,
  };
  return {
    sync: { ...sync, readAt: startedAt },
    state,
    staleAfterMs: HOUR_MS,
    assets,
    trustlines,
    progress: endsCrawl ? { ...progress, crawl: ended } : progress,
    endsCrawl,
  };
}

async function store(db: Database, options: SyncOptions): Promise<boolean> {
  return await storeAssetSync(db, await begin(db, options));
}

const read = <T>(db: Database, work: (tx: Transaction) => Promise<T>) => readSnapshot(db, work);

async function allAssets(db: Database, by: AssetOrder, limit = 2): Promise<string[]> {
  const codes: string[] = [];
  for (let after: AssetPlace | undefined; ;) {
    const page = await read(db, (tx) => listAssets(tx, { by, after, limit }));
    codes.push(...page.map(({ asset }) => asset.split(':')[0] ?? ''));
    after = page.at(-1)?.place;
    if (page.length < limit) return codes;
  }
}

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
