import { keepSnapshots, storeWithoutSource } from '@stellar-insights/db/assets';
import { z } from 'zod';
import { syncAssets, type AssetSyncOptions, type SyncedRound } from '../trustlines/sync-assets.ts';
import { staleAfter, stateSyncJobs } from './state-sync.ts';
import { defineTask } from './task.ts';

const CRAWL_EVERY_MS = 86_400_000;
/** How much of the requests to Horizon that an interval may have goes to assets by name; listings need the others. */
const SHARE_BY_NAME = 1 / 4;
const LEAST_BY_NAME = 20;

/**
 * Reads what the network's state says of assets and trustlines: each time of those that ledgers have named since, and once a day of
 * all. A job that is stopped, or that another process overtakes, leaves the last snapshot that was stored.
 */
export const trustlineSync = defineTask({
  name: 'trustline-sync',
  role: 'trustline-sync',
  every: {
    seconds: 900,
    variable: {
      name: 'TRUSTLINE_SYNC_INTERVAL',
      description: 'Seconds between two readings of assets and trustlines.',
    },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: (context) => {
    const { config, intervalMs, db, health, clock, metrics, networkState: state } = context;
    const staleAfterMs = staleAfter(intervalMs);
    const requests = config.state.horizonRequestsPerHour * (intervalMs / 3_600_000);
    const mostAssets = Math.max(LEAST_BY_NAME, Math.floor(requests * SHARE_BY_NAME));
    return stateSyncJobs(context, {
      task: 'trustline-sync',
      name: 'assets',
      reads: 'trustlines',
      run: async (steps, stopping) => {
        const until = clock.now() + intervalMs;
        const onStored = async (round: SyncedRound) => {
          metrics.trustlines.synced(round);
          // Progress would say that the failure is over.
          if (!steps.haveFailed) await health.progressed();
        };
        await steps.run(async () => {
          if (state === undefined) return await storeWithoutSource(db, { staleAfterMs });
          const options = {
            db,
            state,
            staleAfterMs,
            crawlEveryMs: CRAWL_EVERY_MS,
            mostAssets,
            signal: stopping,
          };
          return await syncRounds(options, onStored, () => clock.now() >= until);
        });
        await steps.run(() => keepSnapshots(db, { days: config.storage.trustlineSnapshotDays }));
      },
    });
  },
});

/** Until nothing is left to read, or the next job is due. Whoever is overtaken leaves the rest to the other process. */
async function syncRounds(
  { mostAssets, ...options }: Omit<AssetSyncOptions, 'withAnchors'>,
  onStored: (round: SyncedRound) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  let left = mostAssets;
  for (let withAnchors = true; ; withAnchors = false) {
    const round = await syncAssets({ ...options, mostAssets: left, withAnchors });
    if (!round.isStored) return;
    left = Math.max(0, left - round.byName);
    await onStored(round);
    if (!round.remaining || options.signal.aborted || isOver()) return;
  }
}
