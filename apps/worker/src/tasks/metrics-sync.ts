import { expireTiers, syncCorridorBuckets, type RefusedMarks } from '@stellar-insights/db/corridors';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import type { CorridorEvent } from '@stellar-insights/wire';
import { z } from 'zod';
import { publishCorridors } from '../corridors/publish-corridors.ts';
import { maintainPartitions } from '../retention.ts';
import { IndependentSteps } from './independent-steps.ts';
import { defineTask, type TaskContext } from './task.ts';

/** Intervals of five minutes. A job may stop between two rounds; the next job does what is left. */
const INTERVALS_PER_ROUND = 20;
const ROUNDS_PER_JOB = 50;

/**
 * Computes the corridor buckets, hours and days that ledgers have touched since the last job, publishes the corridors that changed,
 * and applies retention. None of these steps waits for another one to succeed; the job fails with the first error.
 */
export const metricsSync = defineTask({
  name: 'metrics-sync',
  role: 'metrics-sync',
  every: {
    seconds: 300,
    variable: {
      name: 'METRICS_SYNC_INTERVAL',
      description: 'Seconds between two computations of what changed in the corridor buckets.',
    },
  },
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: ({ config, db, handedOut, health, log, clock, metrics }) => {
    const { storage, corridorHealth: rule } = config;
    const { retentionDays } = storage;
    const factsLakeUrl = config.factsLake?.name;
    const laterErrors = new ErrorReminder(log, { task: 'metrics-sync' }, clock);
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const steps = new IndependentSteps(stopping);
      // Progress would say that the failure is over.
      const onRound = async () => {
        if (!steps.haveFailed) await health.progressed();
      };
      const onPublished = (events: readonly CorridorEvent[]): void => {
        if (events.length > 0) handedOut.given();
        metrics.corridorsPublished(events);
      };
      const synced = await steps.run(() => syncRounds({ db, log }, stopping, onRound));
      const published = await steps.run(async () => {
        // Events are published under an epoch of which no later id was handed out.
        await handedOut.compare();
        return publishCorridors(db, { rule, stopping, onRound, onPublished });
      });
      await steps.run(() => expireTiers(db, storage.tierRetention, stopping));
      await steps.run(() => maintainPartitions(db, { retentionDays, factsLakeUrl, log }));
      steps.end(laterErrors);
      await health.progressed();
      return { ...synced, ...published };
    };
  },
});

async function syncRounds(
  { db, log }: Pick<TaskContext, 'db' | 'log'>,
  stopping: AbortSignal,
  onRound: () => Promise<void>,
): Promise<{ buckets: number; remaining: boolean }> {
  let buckets = 0;
  let remaining = true;
  const onRefused = ({ start, corridors }: RefusedMarks): void => {
    const what = `found late ledgers in ${corridors} corridor(s) of the buckets of ${start.toISOString()}`;
    log.warn({ start, corridors }, `${what}, whose other ledgers are not kept any more; their counts stay`);
  };
  for (let round = 0; remaining && round < ROUNDS_PER_JOB && !stopping.aborted; round++) {
    const synced = await syncCorridorBuckets(db, { limit: INTERVALS_PER_ROUND, onRefused });
    buckets += synced.buckets;
    ({ remaining } = synced);
    if (remaining) await onRound();
  }
  return { buckets, remaining };
}
