import { readStateSync } from '@stellar-insights/db/state-syncs';
import { eventually } from '@stellar-insights/devstack/testing';
import type { NetworkState } from '@stellar-insights/ledger/state';
import type { HorizonFault } from '@stellar-insights/simnet';
import { describe, expect } from 'vitest';
import { anchorSync } from '../src/tasks/anchor-sync.ts';
import { poolSync } from '../src/tasks/pool-sync.ts';
import type { Task } from '../src/tasks/task.ts';
import { trustlineSync } from '../src/tasks/trustline-sync.ts';
import { test as onDatabase } from './support/published-corridors.ts';
import { runTask } from './support/run-task.ts';
import { expectTrueAnchors, RULE, storedAnchors } from './support/truth/anchors.ts';
import { expectTrueAssets, storedAssets } from './support/truth/assets.ts';
import { namedBy } from './support/truth/named.ts';
import { expectTrueLosses, expectTruePools, storedPools } from './support/truth/pools.ts';
import { SimulatedNetwork } from './support/truth/simulated-network.ts';

const test = onDatabase
  .extend('network', async ({ db }, { onCleanup }) => {
    // Some ledgers are more than a week.
    const network = await SimulatedNetwork.start(db, { seed: 'truth', hours: 4 });
    onCleanup(() => network[Symbol.asyncDispose]());
    return network;
  })
  .extend('run', ({ db, redis, network }) => {
    const env = {
      POOL_SYNC_INTERVAL: '1',
      TRUSTLINE_SYNC_INTERVAL: '1',
      ANCHOR_SYNC_INTERVAL: '1',
      ANCHOR_TOML_BASE_URL: network.simnet.urls.anchors,
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
      CORRIDOR_HEALTH_THRESHOLD: String(RULE.threshold),
      CORRIDOR_HEALTH_MIN_ATTEMPTS: String(RULE.minAttempts),
    };
    return (task: Task, networkState: NetworkState) =>
      runTask(task, { db, redisUrl: redis.url, networkState, env });
  })
  .extend(
    'syncOf',
    ({ db }) =>
      (name: 'pools' | 'assets' | 'anchors') =>
        db.run((executor) => readStateSync(executor, name)),
  );

/** So many ledgers close before each comparison. */
const STEPS = process.env['TEST_FULL'] === '1' ? [45, ...Array.from({ length: 40 }, () => 1)] : [45, 9];

describe('what the tasks store equals what the simulator truly had', () => {
  test.for(['horizon', 'rpc'] as const)(
    'of pools, assets and anchors, read from %s, as ledgers go by',
    async (source, { db, network, run, syncOf }) => {
      const isSeen = source === 'rpc';
      const state = network.state(source);
      const coverage = isSeen ? 'seen' : 'complete';
      const degraded = new Set<string>();
      const [moving] = network.simnet.network.cast.anchors;
      if (moving === undefined) throw new RangeError('found no anchor');
      for (const ledgers of STEPS) {
        await network.follow(ledgers);
        const toLedger = network.truth.ledger;
        await run(poolSync, state);
        await expectTruePools(db, network, isSeen ? namedBy(network.ledgers).pools : undefined);
        await run(trustlineSync, state);
        await expectTrueAssets(db, network, { isSeen });
        for (const name of ['pools', 'assets'] as const) {
          expect(await syncOf(name)).toMatchObject({ state: { source, coverage, toLedger }, isStale: false });
        }
        // A home domain or a file that was read is read again after a second.
        await eventually(async () => {
          await run(anchorSync, state);
          await expectTrueAnchors(db, network, degraded);
        });
        expect(await syncOf('anchors')).toMatchObject({
          state: { source, coverage: 'seen' },
          isStale: false,
        });
        network.simnet.network.moveAnchor(moving, moving.nextDomain);
      }
      const { issuer } = moving.asset;
      const [moved] = (await storedAnchors(db)).filter(({ issuerList }) => issuerList.includes(issuer.id));
      expect(moved).toMatchObject({ id: moving.homeDomain, domain: moving.nextDomain });
      expect(await expectTrueLosses(db)).toBeGreaterThan(1);
    },
  );
});

const FAULTS: readonly (readonly [HorizonFault, code: string])[] = [
  [{ kind: 'unavailable' }, 'horizon_unreachable'],
  [{ kind: 'slow', delayMs: 60_000 }, 'horizon_unreachable'],
  [{ kind: 'rate_limited', retryAfterSeconds: 1 }, 'horizon_rate_limited'],
  [{ kind: 'garbage' }, 'horizon_invalid_response'],
  [{ kind: 'paging', how: 'goes_back' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'repeats' }, 'horizon_inconsistent'],
  [{ kind: 'paging', how: 'overfull' }, 'horizon_inconsistent'],
];

describe('while Horizon is in trouble', () => {
  test('the last good snapshot stays as it was and becomes stale, until Horizon is back', async ({
    db,
    network,
    run,
    syncOf,
  }) => {
    const state = network.state('horizon', { pageSize: 2 });
    const look = async () => {
      const syncs = [await syncOf('pools'), await syncOf('assets')];
      const [pools, assets] = [await storedPools(db), await storedAssets(db)];
      const readings = syncs.map((sync) => [sync?.revision, sync?.readAt, sync?.state]);
      return { stored: { pools, assets, readings }, isStale: syncs.map((sync) => sync?.isStale) };
    };
    await network.follow(5);
    await run(poolSync, state);
    await run(trustlineSync, state);
    const { stored: good } = await look();
    await network.follow(5);
    for (const [fault, code] of FAULTS) {
      network.simnet.faults.horizon = fault;
      await expect(run(poolSync, state)).rejects.toMatchObject({ code });
      // Assets that are asked for by their names come in no listing.
      if (fault.kind !== 'paging') await expect(run(trustlineSync, state)).rejects.toMatchObject({ code });
      expect((await look()).stored).toEqual(good);
    }
    await eventually(async () => expect((await look()).isStale).toEqual([true, true]));
    expect((await look()).stored).toEqual(good);

    network.simnet.faults.horizon = null;
    await run(poolSync, state);
    await run(trustlineSync, state);
    expect((await look()).isStale).toEqual([false, false]);
    await expectTruePools(db, network);
    await expectTrueAssets(db, network, { isSeen: false });
  });
});
