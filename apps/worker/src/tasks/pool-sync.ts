import { expirePoolBuckets, expirePoolSnapshots } from '@stellar-insights/db/pools';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { z } from 'zod';
import { nameStoredLedgers } from '../network-state/name-ledgers.ts';
import { syncPools, type PoolSync } from '../pools/sync-pools.ts';
import { IndependentSteps } from './independent-steps.ts';
import { defineTask } from './task.ts';

const DEFAULT_SECONDS = 300;
/** A snapshot is stale once so many intervals have passed. */
const STALE_INTERVALS = 3;
const NO_SOURCE = 'STELLAR_HORIZON_URL or STELLAR_RPC_URL, from which the reserves of pools are read';

/**
 * Counts the trades of pools, reads their states, and stores one snapshot with the events that report what changed. A job that is
 * stopped, or that another process overtakes, leaves the last snapshot that was stored.
 */
export const poolSync = defineTask({
  name: 'pool-sync',
  role: 'pool-sync',
  every: {
    seconds: DEFAULT_SECONDS,
    variable: { name: 'POOL_SYNC_INTERVAL', description: 'Seconds between two readings of liquidity pools.' },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: ({ config, db, handedOut, health, log, clock, metrics, networkState: state }) => {
    const intervalMs = (config.intervals['pool-sync'] ?? DEFAULT_SECONDS) * 1000;
    const laterErrors = new ErrorReminder(log, { task: 'pool-sync' }, clock);
    const onRefused = (buckets: number): void => {
      const what = `found late ledgers in ${buckets} five minutes`;
      log.warn({ buckets }, `${what} whose other trades of pools are not kept any more; their counts stay`);
    };
    const onSynced = ({ outcome, events }: PoolSync): void => {
      if (events.length > 0) handedOut.given();
      metrics.pools.synced(outcome, events);
    };
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const steps = new IndependentSteps(stopping);
      await steps.run(() => nameStoredLedgers(db, stopping));
      const synced = await steps.run(() =>
        syncPools({
          db,
          state,
          staleAfterMs: STALE_INTERVALS * intervalMs,
          dropThreshold: config.liquidityDrop,
          signal: stopping,
          onRefused,
          // Events are stored under an epoch of which no later id was handed out.
          beforeEvents: () => handedOut.compare(),
        }).catch((error: unknown) => {
          // Nothing is stored of what a stop cuts off.
          if (stopping.aborted) return undefined;
          throw error;
        }),
      );
      if (synced !== undefined) onSynced(synced);
      await steps.run(() => expirePoolBuckets(db));
      await steps.run(() =>
        expirePoolSnapshots(db, { days: config.storage.poolSnapshotDays, signal: stopping }),
      );
      for (const error of steps.laterErrors) laterErrors.occurred(error);
      steps.end();
      laterErrors.over();
      if (state === undefined) await health.waits({ tip: null, waitingFor: NO_SOURCE, recovered: true });
      else await health.progressed();
      return synced && { outcome: synced.outcome, pools: synced.pools, events: synced.events.length };
    };
  },
});
