import { readSnapshot, type Database } from '@stellar-insights/db';
import { listAssets, readTrustlineStats, type AssetStatistics } from '@stellar-insights/db/assets';
import { readStateSync } from '@stellar-insights/db/state-syncs';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import { seed } from '@stellar-insights/devstack/vitest';
import {
  accountOfKey,
  type AccountId,
  type AssetId,
  type LedgerFacts,
  type LedgerSequence,
} from '@stellar-insights/ledger';
import {
  openNetworkState,
  StateError,
  type AssetState,
  type NetworkState,
  type StatePage,
} from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import { createLog } from '@stellar-insights/runtime/log';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { workerConfig } from '../src/config.ts';
import { TaskHealth } from '../src/health/task-health.ts';
import { WorkerMetrics } from '../src/health/worker-metrics.ts';
import { HandedOut } from '../src/ingestion/handed-out.ts';
import { nameStoredLedgers } from '../src/network-state/name-ledgers.ts';
import { trustlineSync } from '../src/tasks/trustline-sync.ts';
import { syncAssets, type AssetSyncOptions, type SyncedRound } from '../src/trustlines/sync-assets.ts';
import { store, test as onDatabase } from './support/published-corridors.ts';
import { assetsOf } from './support/simulator-assets.ts';

const never = new AbortController().signal;

const test = onDatabase.extend('simnet', async ({ db }, { onCleanup }) => {
  const simnet = await startSimnet({ history: 1, passphrase: 'Simulated Network', seed: String(seed()) });
  onCleanup(() => simnet[Symbol.asyncDispose]());
  await follow(db, simnet, 40);
  return simnet;
});

/** Closes so many ledgers, and stores and names them. */
async function follow(db: Database, simnet: Simnet, count: number): Promise<LedgerFacts[]> {
  const ledgers = Array.from({ length: count }, () => simnet.closeLedger().truth);
  for (const ledger of ledgers) await store(db, ledger);
  await nameStoredLedgers(db, never);
  return ledgers;
}

/** The truth after the last ledger. */
function now({ network, history }: Simnet) {
  return network.stateAt(history.latest.sequence);
}

function stateOf({ urls }: Simnet, source: 'horizon' | 'rpc'): NetworkState {
  const location = source === 'horizon' ? { horizon: urls.horizon } : { rpc: urls.rpc };
  return openNetworkState(location, { expectedNetwork: async () => 'Simulated Network' });
}

type Options = Partial<AssetSyncOptions> & Pick<AssetSyncOptions, 'db' | 'state'>;

function round(options: Options): Promise<SyncedRound> {
  const defaults = {
    staleAfterMs: 60_000,
    crawlEveryMs: 86_400_000,
    withAnchors: true,
    mostAssets: 1000,
    signal: never,
  };
  return syncAssets({ ...defaults, ...options });
}

/** Rounds until nothing is left to read. */
async function sync(options: Options): Promise<SyncedRound[]> {
  const rounds: SyncedRound[] = [];
  do rounds.push(await round(options));
  while (rounds.at(-1)?.remaining === true);
  return rounds;
}

async function stored(db: Database): Promise<Map<string, AssetStatistics>> {
  const assets = await readSnapshot(db, (tx) => listAssets(tx, { by: 'asset', limit: 1000 }));
  return new Map(assets.map(({ place: _, ...asset }) => [asset.asset, asset]));
}

const syncOf = (db: Database) => db.run((executor) => readStateSync(executor, 'assets'));

describe('with Horizon', () => {
  test('every asset is as the simulator had it at the ledger of its reading, and after more ledgers only what they named is read again', async ({
    db,
    simnet,
  }) => {
    const state = stateOf(simnet, 'horizon');
    const expectTruth = async (): Promise<void> => {
      const assets = await stored(db);
      expect([...assets.keys()]).toStrictEqual([...assetsOf(now(simnet)).keys()]);
      for (const [asset, { ledger, ...figures }] of assets) {
        expect(figures).toMatchObject(assetsOf(simnet.network.stateAt(ledger)).get(asset) ?? {});
      }
      const { assets: count, trustlines } = (await readSnapshot(db, readTrustlineStats)) ?? {};
      expect(count).toBe(assets.size);
      const total = [...assets.values()].reduce((sum, figures) => sum + figures.trustlines.total, 0);
      expect(trustlines?.total).toBe(total);
    };
    await sync({ db, state });
    await expectTruth();
    expect(await syncOf(db)).toMatchObject({ state: { source: 'horizon', coverage: 'complete' } });
    expect((await readSnapshot(db, readTrustlineStats))?.crawl).toMatchObject({ isRunning: false });
    for (let time = 0; time < 3; time++) {
      const ledgers = await follow(db, simnet, 2);
      const [again] = await sync({ db, state });
      expect(again).toMatchObject({ endsCrawl: false, remaining: false });
      await expectTruth();
      const paid = ledgers.flatMap(({ payments }) =>
        payments.flatMap(({ succeeded, destAsset }) =>
          succeeded && destAsset !== 'native' ? destAsset : [],
        ),
      );
      expect(paid.length).toBeGreaterThan(0);
      const last = ledgers.at(-1)?.header.sequence;
      const assets = await stored(db);
      for (const asset of paid) expect(assets.get(asset)).toMatchObject({ ledger: last });
      const readAgain = [...assets.values()].filter(({ ledger }) => ledger === last);
      expect(readAgain).toHaveLength(again?.assets ?? 0);
    }
  });
});

describe('without Horizon', () => {
  test('the flags and the trustlines that stored ledgers name are as the simulator has them, and nothing else is said', async ({
    db,
    simnet,
  }) => {
    const state = stateOf(simnet, 'rpc');
    await sync({ db, state });
    const compare = async () => {
      const named = await db.run(
        ({ sql }) => sql<{ asset: AssetId; account: Buffer }[]>`
          select a.asset, k.key as account from named_trustlines n
          join assets a on a.id = n.asset join accounts k on k.id = n.account`,
      );
      const truth = now(simnet);
      const existing = named.flatMap(
        ({ asset, account }) => truth.trustline(accountOfKey(account), asset) ?? [],
      );
      expect(existing.length).toBeGreaterThan(0);
      for (const { asset, trustlines, balances, supply, flags } of (await stored(db)).values()) {
        const count = (authorization: string) =>
          existing.filter((line) => line.asset === asset && line.authorization === authorization).length;
        expect(trustlines).toStrictEqual({
          total: existing.filter((line) => line.asset === asset).length,
          authorized: count('authorized'),
          maintainLiabilities: count('maintain_liabilities'),
          unauthorized: count('unauthorized'),
        });
        expect([balances, supply]).toStrictEqual([null, null]);
        expect(flags).toStrictEqual(truth.account(asset.split(':')[1] as AccountId)?.flags);
      }
    };
    await compare();
    expect(await syncOf(db)).toMatchObject({ state: { source: 'rpc', coverage: 'seen' } });
    await follow(db, simnet, 20);
    await sync({ db, state });
    await compare();
    // A walk through all names finds nothing else.
    const before = await stored(db);
    expect((await sync({ db, state, crawlEveryMs: 0 })).some(({ endsCrawl }) => endsCrawl)).toBe(true);
    const figures = (assets: Map<string, AssetStatistics>) =>
      [...assets.values()].map(({ asset, flags, trustlines }) => ({ asset, flags, trustlines }));
    expect(figures(await stored(db))).toStrictEqual(figures(before));
  });
});

test('a worker without a source of state says so, and is healthy', async ({ db, url, redis }) => {
  const config = workerConfig({ DATABASE_URL: url, REDIS_URL: redis.url, LEDGER_LAKE_URL: './lake' });
  const log = createLog({ name: 'test', level: 'silent' });
  const health = new TaskHealth('trustline-sync', { db, log, clock: systemClock, reportWithinMs: 60_000 });
  using handedOut = new HandedOut({ db, redisUrl: redis.url, log, clock: systemClock });
  const process = trustlineSync.create({
    config,
    intervalMs: 900_000,
    db,
    log,
    clock: systemClock,
    metrics: new WorkerMetrics({ db, tasks: [] }, config.storage),
    health,
    handedOut,
    networkState: undefined,
    holder: 'test',
    jobs: undefined,
    own: async (_name, resource) => resource,
  });
  await process({}, { stopping: never, signal: never } as JobContext);
  expect(await readTaskStatus(db)).toMatchObject([
    {
      task: 'trustline-sync',
      lastError: null,
      waitingFor: expect.stringContaining('STELLAR_HORIZON_URL') as string,
    },
  ]);
  expect(await syncOf(db)).toMatchObject({ state: null, isStale: false });
  expect(await stored(db)).toStrictEqual(new Map());
});

/** A source with so many assets, five a page, that can fail before it gives a page. */
class ListedAssets implements NetworkState {
  readonly source = 'horizon';
  readonly accountSource = 'horizon';
  readonly coverage = 'complete';
  readonly names: readonly AssetId[];
  ledger = 100;
  pages = 0;
  beforePage: (page: number) => Promise<void> | void = () => undefined;

  constructor(count: number) {
    const issuer = accountOfKey(Buffer.alloc(32, 3));
    this.names = Array.from({ length: count }, (_, place) => `A${1000 + place}:${issuer}` as AssetId);
  }

  async *crawlAssets(cursor: string | null): AsyncGenerator<StatePage<AssetState>> {
    for (let place = Number(cursor ?? 0); ; place += 5) {
      await this.beforePage(++this.pages);
      const records = this.names.slice(place, place + 5).map((asset) => this.#state(asset));
      const isLast = place + 5 >= this.names.length;
      yield { records, ledger: this.ledger as LedgerSequence, cursor: isLast ? null : String(place + 5) };
      if (isLast) return;
    }
  }

  async *assets(names: readonly AssetId[]): AsyncGenerator<StatePage<AssetState>> {
    for (let place = 0; place < names.length; place += 5) {
      await this.beforePage(++this.pages);
      const known = names.slice(place, place + 5).filter((name) => this.names.includes(name));
      const records = known.map((asset) => this.#state(asset));
      yield { records, ledger: this.ledger as LedgerSequence, cursor: null };
    }
  }

  pools = none;
  accounts = none;
  trustlines = none;

  #state(asset: AssetId): AssetState {
    const holding = { accounts: this.ledger, balance: 1n };
    const placement = { count: 0, amount: 0n };
    const flags = {
      authRequired: false,
      authRevocable: false,
      authImmutable: false,
      authClawbackEnabled: false,
    };
    return {
      asset,
      flags,
      holders: { authorized: holding, maintainLiabilities: holding, unauthorized: holding },
      claimableBalances: placement,
      pools: placement,
      contracts: placement,
    };
  }
}

async function* none(): AsyncGenerator<never> {}

const away = () => {
  throw new StateError('horizon_unreachable', {
    found: 'no answer',
    expected: 'an answer',
    action: 'wait',
    retryable: true,
  });
};

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
