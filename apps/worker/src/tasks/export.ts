import { databaseLease, runWhileLeased, type LeasedWork } from '@stellar-insights/jobs';
import { z } from 'zod';
import { ChunkExporter } from '../export/chunk-exporter.ts';
import { defineTask } from './task.ts';

/** Writes finished chunks of ledgers to the facts lake, in one process at a time. */
export const exportFacts = defineTask({
  name: 'export',
  role: 'export',
  // A job takes the lease, or ends at once if another process holds it.
  every: { seconds: 1 },
  continuous: true,
  isConfigured: ({ factsLake }) => factsLake !== null,
  // While a chunk is compressed and uploaded there is nothing to report.
  reportWithinSeconds: 900,
  // Short locks and no limit to stalling: another worker soon takes a killed worker's job, however often that happens.
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  create: ({ clock, config, db, health, holder, log, metrics }) => {
    const { factsLake } = config;
    if (factsLake === null) throw new TypeError('export is served without a facts lake');
    const lease = databaseLease(db, { name: 'export', holder });
    const options = { db, config: factsLake, health, metrics: metrics.exports, log, clock };
    const begin = (signal: AbortSignal): LeasedWork => new ChunkExporter(options, signal);
    return async (_data, job) => {
      const stopping = AbortSignal.any([job.stopping, job.signal]);
      const outcome = await runWhileLeased({ lease, begin, stopping, clock });
      if (outcome !== 'held_elsewhere') log.info({ outcome }, 'this process no longer exports');
      return outcome;
    };
  },
});
