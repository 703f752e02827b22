import type { LedgerRange } from '@stellar-insights/ledger';

/** The range is shorter than a chunk, or lies over the end of one. No chunk was written. */
export class NoWholeChunkError extends Error {
  override readonly name = 'NoWholeChunkError';
  readonly code = 'no_whole_chunk';
  readonly retryable = false;

  /** @param chunk the chunk that the first ledger of the range lies in */
  constructor({ from, to }: LedgerRange, chunk: { readonly first: number; readonly last: number }) {
    super(
      `found ledgers ${from} to ${to}, expected a range that holds a whole chunk of the facts lake, ` +
        `e.g. --from ${chunk.first} --to ${chunk.last}`,
    );
  }
}
