import { availableParallelism } from 'node:os';
import { TransactionConflictError, type Database } from '@stellar-insights/db';
import {
  dropCancelled,
  listRunningBackfills,
  publishPart,
  readBackfillParts,
  recordBackfillError,
  type Backfill,
} from '@stellar-insights/db/backfill';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { Clock } from '@stellar-insights/lifecycle';
import { errorCode } from '@stellar-insights/runtime/errors';
import { z } from 'zod';
import { ChunkThreads } from '../backfill/chunk-threads.ts';
import { BackfillStalledError } from '../backfill/errors.ts';
import { chunkQueue, flowOf, partQueue } from '../backfill/flow.ts';
import type { WorkerConfig } from '../config.ts';
import { decodeReports } from '../ingestion/watched-decoder.ts';
import { historySource } from '../network-config.ts';
import { defineTask, defineTaskJobs } from './task.ts';

/** Parts of a backfill whose jobs are in Redis. Each has staged tables in Postgres. */
const OPEN_PARTS = 4;
const STALLED_AFTER_MS = 15 * 60_000;

/** Errors that mean that there is nothing left to do, or that `backfill` will add what is left. */
const ENDINGS = new Set(['backfill_ended', 'backfill_incomplete']);

function threadsOf({ backfillThreads }: Pick<WorkerConfig, 'backfillThreads'>): number {
  return backfillThreads ?? Math.max(1, availableParallelism() - 1);
}

/** Loads chunks, each in a thread of its own. */
const chunks = defineTaskJobs({
  ...chunkQueue,
  workers: 1,
  concurrency: threadsOf,
  create: async ({ config, db, log, clock, metrics, health, own }) => {
    const source = historySource(config.network);
    if (source === undefined) throw new TypeError('backfill is served without a source');
    const reportDecoded = decodeReports({ log, clock });
    const threads = await own(
      'backfill threads',
      new ChunkThreads({
        data: {
          database: config.database,
          source,
          decoder: config.network.decoder,
          retentionDays: config.storage.retentionDays,
        },
        clock,
        onDecoded: (counts) => metrics.ledgersDecoded(counts),
        onRemark: reportDecoded,
      }),
    );
    return async (chunk, job) => {
      const loading = threads.load(chunk, {
        stopping: job.stopping,
        signal: job.signal,
        onBatch: (loaded) => {
          metrics.backfill.loaded(loaded);
          void health.progressed();
        },
      });
      const outcome = await concluded(db, chunk.backfill, loading, job.signal);
      if (outcome?.done === false) return job.returnToQueue();
      return outcome;
    };
  },
});

/** Makes the ledgers of a partition visible once all of them are loaded. */
const parts = defineTaskJobs({
  ...partQueue,
  workers: 1,
  create: async ({ db, log, health }) => {
    return async ({ backfill, first }, job) => {
      const publishing = publishPart(
        db,
        { backfill, first },
        { signal: job.stopping, cancel: job.signal, onIndex: () => void health.progressed() },
      );
      const ended = AbortSignal.any([job.stopping, job.signal]);
      const published = await concluded(db, backfill, publishing, ended);
      if (published === undefined) return undefined;
      await health.progressed();
      log.info(
        { backfill, first, ledgers: published.ledgers },
        `${published.ledgers} older ledgers are visible`,
      );
      return published;
    };
  },
});

/**
 * Sees to it that Redis has the jobs of the backfills that run, whatever Redis has lost: Postgres knows what is left. The jobs
 * themselves are done by all workers with the role.
 */
export const backfill = defineTask({
  name: 'backfill',
  role: 'backfill',
  every: { seconds: 2 },
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  // The next job is the retry.
  job: { attempts: 1, removeOnComplete: true, removeOnFail: { count: 100 } },
  data: z.strictObject({}),
  flow: [parts, chunks],
  create: ({ db, clock, health, flows }) => {
    if (flows === undefined) throw new TypeError('backfill is served without its flows');
    return async () => {
      const running = await listRunningBackfills(db);
      for (const { id } of running) {
        for (const part of await readBackfillParts(db, id, { limit: OPEN_PARTS }))
          await flows.ensure(flowOf(part));
      }
      if (await isStalled(db, running, clock)) throw new BackfillStalledError(STALLED_AFTER_MS);
      await health.waits({ tip: null, waitingFor: null, recovered: running.length === 0 });
      await dropLeftovers(db);
      return { running: running.length };
    };
  },
});

/** What the work resolves to; undefined if there is nothing left to do. An error is recorded with the backfill. */
async function concluded<T>(
  db: Database,
  id: string,
  work: Promise<T>,
  ended: AbortSignal,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (ENDINGS.has(errorCode(error))) return undefined;
    if (!ended.aborted) await recordBackfillError(db, id, error);
    throw error;
  }
}

/** Tables of cancelled backfills; those of which an index is being built, the next job drops. */
async function dropLeftovers(db: Database): Promise<void> {
  try {
    await dropCancelled(db);
  } catch (error) {
    if (!(error instanceof TransactionConflictError)) throw error;
  }
}

/** Whether no worker has made progress for long, although there has been a backfill for as long. */
async function isStalled(db: Database, running: readonly Backfill[], clock: Clock): Promise<boolean> {
  if (running.length === 0) return false;
  const since = Math.min(...running.map(({ requestedAt }) => requestedAt));
  const statuses = await readTaskStatus(db);
  const progressAgeMs = statuses.find(({ task }) => task === 'backfill')?.progressAgeMs ?? Infinity;
  return Math.min(progressAgeMs, clock.date().getTime() - since) > STALLED_AFTER_MS;
}
