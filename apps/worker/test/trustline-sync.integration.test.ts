import { readSnapshot, type Database } from '@stellar-insights/db';
import { readTrustlineStats, type AssetStatistics } from '@stellar-insights/db/assets';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import { seed } from '@stellar-insights/devstack/vitest';
import { accountOfKey, type AccountId, type AssetId, type LedgerFacts } from '@stellar-insights/ledger';
import { openNetworkState, type NetworkState } from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import { createLog } from '@stellar-insights/runtime/log';
import { startSimnet, type Simnet } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { workerConfig } from '../src/config.ts';
import { TaskHealth } from '../src/health/task-health.ts';
import { WorkerMetrics } from '../src/health/worker-metrics.ts';
import { HandedOut } from '../src/ingestion/handed-out.ts';
import { nameStoredLedgers } from '../src/tasks/state-sync.ts';
import { trustlineSync } from '../src/tasks/trustline-sync.ts';
import { stored, sync, syncOf } from './support/asset-sync.ts';
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
    flows: undefined,
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
