import { expirePoolBuckets, expirePoolSnapshots } from '@stellar-insights/db/pools';
import { z } from 'zod';
import { syncPools } from '../pools/sync-pools.ts';
import { staleAfter, stateSyncJobs } from './state-sync.ts';
import { defineTask } from './task.ts';

/**
 * Counts the trades of pools, reads their states, and stores one snapshot with the events that report what changed. A job that is
 * stopped, or that another process overtakes, leaves the last snapshot that was stored.
 */
export const poolSync = defineTask({
  name: 'pool-sync',
  role: 'pool-sync',
  every: {
    seconds: 300,
    variable: { name: 'POOL_SYNC_INTERVAL', description: 'Seconds between two readings of liquidity pools.' },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: (context) => {
    const { config, intervalMs, db, handedOut, log, metrics, networkState: state } = context;
    const onRefused = (buckets: number): void => {
      const what = `found late ledgers in ${buckets} five minutes`;
      log.warn({ buckets }, `${what} whose other trades of pools are not kept any more; their counts stay`);
    };
    return stateSyncJobs(context, {
      task: 'pool-sync',
      name: 'pools',
      reads: 'reserves of pools',
      run: async (steps, stopping) => {
        const synced = await steps.run(() =>
          syncPools({
            db,
            state,
            staleAfterMs: staleAfter(intervalMs),
            dropThreshold: config.liquidityDrop,
            signal: stopping,
            onRefused,
            // Events are stored under an epoch of which no later id was handed out.
            beforeEvents: () => handedOut.compare(),
          }),
        );
        if (synced !== undefined) {
          metrics.pools.synced(synced);
          if (synced.events.length > 0) handedOut.given();
        }
        await steps.run(() => expirePoolBuckets(db));
        await steps.run(() =>
          expirePoolSnapshots(db, { days: config.storage.poolSnapshotDays, signal: stopping }),
        );
        return synced && { outcome: synced.outcome, pools: synced.pools, events: synced.events.length };
      },
    });
  },
});
