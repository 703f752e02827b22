import { syncCorridorBuckets, type Database } from '@stellar-insights/db';
import type { JobProcessor } from '@stellar-insights/jobs';
import type { Log } from '@stellar-insights/runtime/log';
import type { TaskHealth } from '../health/task-health.ts';
import { maintainStorage } from '../retention.ts';

/** Spans of five minutes: between two rounds a job may stop, and what a job leaves the next one does. */
const SPANS_PER_ROUND = 20;
const ROUNDS_PER_JOB = 50;

export interface MetricsSyncTask {
  readonly db: Database;
  readonly retentionDays: number | undefined;
  readonly health: TaskHealth;
  readonly log: Log;
}

/** A run of `metrics-sync`: computes the corridor buckets that ledgers have touched since, and looks after storage. */
export function metricsSync({
  db,
  retentionDays,
  health,
  log,
}: MetricsSyncTask): JobProcessor<'metrics-sync'> {
  return async (_data, { stopping, signal }) => {
    const stop = AbortSignal.any([stopping, signal]);
    try {
      const synced = await syncRounds(db, stop);
      if (!stop.aborted) await maintainStorage(db, { retentionDays, log });
      await health.progressed();
      return synced;
    } catch (error) {
      await health.failed(error);
      throw error;
    }
  };
}

async function syncRounds(db: Database, stop: AbortSignal): Promise<{ buckets: number; remaining: boolean }> {
  let buckets = 0;
  let remaining = true;
  for (let round = 0; remaining && round < ROUNDS_PER_JOB && !stop.aborted; round++) {
    const synced = await syncCorridorBuckets(db, { limit: SPANS_PER_ROUND });
    buckets += synced.buckets;
    ({ remaining } = synced);
  }
  return { buckets, remaining };
}
