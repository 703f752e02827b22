import type { Chunk, FactsLake } from '@stellar-insights/facts-lake';
import type { LedgerRange } from '@stellar-insights/ledger';

/** What is left to export. */
export interface ChunkPlan {
  /** Chunks of which all ledgers are stored and which the lake does not have, oldest first. */
  readonly pending: readonly Chunk[];
  /** The lake has each chunk that begins before this ledger and of which all ledgers are stored. */
  readonly completeBefore: number;
}

/**
 * @param stored ranges of ledgers that are stored with their facts, oldest first
 * @param isSettled whether there is nothing to do for the chunk that begins with this ledger
 */
export function planChunks(
  lake: Pick<FactsLake, 'chunkOf' | 'chunksWithin'>,
  stored: readonly LedgerRange[],
  isSettled: (first: number) => boolean,
): ChunkPlan {
  const whole = stored.flatMap((range) => lake.chunksWithin(range));
  const pending = whole.filter(({ first }) => !isSettled(first));
  const last = stored.at(-1)?.to;
  const oldest = pending.at(0)?.first;
  const completeBefore = oldest ?? (last === undefined ? 0 : lake.chunkOf(last + 1).first);
  return { pending, completeBefore };
}
