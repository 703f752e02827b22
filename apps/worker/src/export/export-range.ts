import type { Chunk, FactsLake } from '@stellar-insights/facts-lake';
import type { LedgerRange } from '@stellar-insights/ledger';
import { NoWholeChunkError } from './errors.ts';
import { exportChunk } from './export-chunk.ts';
import type { FactsOrigin } from './facts-origin.ts';

export interface RangeExportOptions {
  readonly lake: FactsLake;
  readonly range: LedgerRange;
  readonly origin: FactsOrigin;
  /** Whether to write the chunks that the lake has, too. */
  readonly replace: boolean;
  /** Called as each ledger is written, or is found in the lake. */
  readonly onLedger: (sequence: number) => void;
}

/** The shape of `export --json`. */
export interface RangeExport extends LedgerRange {
  readonly ledgers_per_chunk: number;
  /** How many chunks were written, and how many the lake had. */
  readonly written: number;
  readonly present: number;
  /** The ends of the range, which are no whole chunks. */
  readonly not_exported: readonly LedgerRange[];
}

/** @throws NoWholeChunkError */
export function wholeChunks(lake: FactsLake, range: LedgerRange): readonly [Chunk, ...Chunk[]] {
  const [first, ...others] = lake.chunksWithin(range);
  if (first === undefined) throw new NoWholeChunkError(range, lake.chunkOf(range.from));
  return [first, ...others];
}

/**
 * Writes the chunks that lie whole in a range.
 *
 * @throws NoWholeChunkError; FactsLakeError; what reading the facts throws; the signal's reason. The chunks before are written.
 */
export async function exportRange(
  { lake, range, origin, replace, onLedger }: RangeExportOptions,
  signal: AbortSignal,
): Promise<RangeExport> {
  const { from, to } = range;
  const chunks = wholeChunks(lake, range);
  const [first, last] = [chunks[0].first, (chunks.at(-1) ?? chunks[0]).last];
  const outcomes = { written: 0, present: 0 };
  for (const chunk of chunks) {
    outcomes[await exportChunk({ lake, chunk, origin, replace, onLedger }, signal)]++;
    onLedger(chunk.last);
  }
  const ends = [
    { from, to: first - 1 },
    { from: last + 1, to },
  ];
  return {
    from,
    to,
    ledgers_per_chunk: lake.ledgersPerChunk,
    ...outcomes,
    not_exported: ends.filter((end) => end.from <= end.to),
  };
}
