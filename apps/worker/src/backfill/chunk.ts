import { z } from 'zod';

/** Ledgers of one partition that one job loads; what the job carries. */
export const chunk = z.strictObject({
  /** Of the backfill. */
  backfill: z.uuid(),
  first: z.int().positive(),
  last: z.int().positive(),
});

export type Chunk = z.infer<typeof chunk>;

/** What a chunk came to so far. */
export interface Loaded {
  readonly ledgers: number;
  readonly transactions: number;
}

export interface ChunkOutcome extends Loaded {
  /** False if it was stopped before its end; what is committed is kept. */
  readonly done: boolean;
}
