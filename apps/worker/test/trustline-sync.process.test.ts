import { readSnapshot } from '@stellar-insights/db';
import { listAssets, type AssetStatistics } from '@stellar-insights/db/assets';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect } from 'vitest';
import { horizonEnv, revisionOf, startGatedNetwork } from './support/gated-network.ts';
import { test } from './support/published-corridors.ts';
import { assetsOf } from './support/simulator-assets.ts';
import { CLEAN_STOP, expectCleanStop, startWorker } from './support/worker.ts';

test('a worker that is killed or stopped while it reads assets leaves the last snapshot, and of two at the same time one stores', async ({
  db,
  url,
  redis,
}) => {
  const network = await startGatedNetwork({ url, redis, gated: 'horizon' });
  const { simnet, gate: horizon, readingStops } = network;
  const env = {
    ...network.env,
    ...horizonEnv(horizon),
    WORKER_ROLES: 'ledger-ingest,trustline-sync',
    TRUSTLINE_SYNC_INTERVAL: '1',
  };
  const stored = async (): Promise<AssetStatistics[]> =>
    await readSnapshot(db, (tx) => listAssets(tx, { by: 'asset', limit: 1000 }));
  /** All assets are right at the ledgers of their readings, some of them at this one. */
  const isAsSimulated = async (ledger: number): Promise<void> => {
    const assets = await stored();
    expect(assets.some((asset) => asset.ledger >= ledger)).toBe(true);
    for (const asset of assets) {
      expect(asset).toMatchObject(assetsOf(simnet.network.stateAt(asset.ledger)).get(asset.asset) ?? {});
    }
  };
  const revision = () => revisionOf(db, 'assets');

  const killed = await startWorker(env);
  await eventually(() => isAsSimulated(simnet.history.latest.sequence), { what: 'the first snapshot' });
  horizon.close();
  for (let ledger = 0; ledger < 3; ledger++) simnet.closeLedger();
  await readingStops(1);
  const [before, revisionBefore] = [await stored(), await revision()];
  await killed.signal('SIGKILL');
  await eventually(() => expect(horizon.waiting).toBe(0));

  const [stopped, other] = await Promise.all([startWorker(env), startWorker(env)]);
  await readingStops(2);
  expect([await stored(), await revision()]).toStrictEqual([before, revisionBefore]);
  expect(await stopped.stop()).toEqual(CLEAN_STOP);
  expect([await stored(), await revision()]).toStrictEqual([before, revisionBefore]);
  const third = await startWorker(env);
  await readingStops(2);
  horizon.open();
  await eventually(() => isAsSimulated(simnet.history.latest.sequence), { what: 'the next snapshot' });
  expect(await revision()).toBeGreaterThan(revisionBefore);
  await expectCleanStop([other, third]);
  // Each kept reading differs from the one before.
  const repeated = await db.run(
    ({ sql }) => sql`
      select from (
        select to_jsonb(kept) - 'read_at' - 'ledger' as figures,
               lag(to_jsonb(kept) - 'read_at' - 'ledger') over (partition by asset order by read_at) as before
        from asset_snapshots kept
      ) readings where figures = before`,
  );
  expect(repeated).toHaveLength(0);
});
