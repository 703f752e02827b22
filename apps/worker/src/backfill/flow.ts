import type { BackfillPart } from '@stellar-insights/db/backfill';
import type { JobFlow } from '@stellar-insights/jobs';
import { z } from 'zod';
import { chunk } from './chunk.ts';

/** Short locks and no limit to stalling: another worker soon takes a killed worker's job, however often that happens. */
const worker = { lockDuration: 5000, stalledInterval: 2500, maxStalledCount: 1000 };

/** What fails is tried again until it succeeds, or the backfill is cancelled: whoever repairs the source need not do more. */
const job = {
  attempts: Number.MAX_SAFE_INTEGER,
  backoff: { type: 'fixed', delay: 5000, jitter: 0.5 },
  // What is done is in Postgres.
  removeOnComplete: true,
  removeOnFail: true,
};

export const chunkQueue = { name: 'backfill-chunks', data: chunk, worker, job };

/** The ledgers of one partition, which become visible together. */
const part = z.strictObject({ backfill: z.uuid(), first: z.int().positive() });

export const partQueue = { name: 'backfill-parts', data: part, worker, job };

/** A part is published once its chunks are loaded. */
export function flowOf({ backfill, first, chunks }: BackfillPart): JobFlow {
  return {
    queue: partQueue,
    id: `${backfill}-${first}`,
    data: { backfill, first } satisfies z.infer<typeof part>,
    children: chunks.map((range) => ({
      queue: chunkQueue,
      id: `${backfill}-${range.first}`,
      data: { backfill, ...range } satisfies z.infer<typeof chunk>,
    })),
  };
}
