import { isOutOfTime } from '../database-error.ts';

/** A part of a conversion: one transaction, which stores its rows in one layout and deletes them in the other. */
export interface ConvertedSlice {
  readonly of: 'ledgers' | 'corridor_buckets';
  /** Nothing before it is left in the old layout: a ledger, or the start of a bucket in unix milliseconds. */
  readonly before: number;
  /** How many rows were moved. */
  readonly rows: number;
}

export interface ConvertOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onSlice?: ((slice: ConvertedSlice) => void) | undefined;
  /** The most rows of a slice, if it need not be larger; default: 10,000. */
  readonly sliceRows?: number | undefined;
}

/** One or two seconds of work. */
const SLICE_ROWS = 10_000;

/**
 * Converts slice by slice, oldest first, until `convert` returns null. Slices are halved when one runs out of time. Returns the
 * number of rows.
 *
 * @throws what `convert` throws, of timeouts only that of the smallest slice; the signal's reason
 */
export async function convertInSlices(
  { signal, onSlice, sliceRows = SLICE_ROWS }: ConvertOptions,
  convert: (from: number, sliceRows: number) => Promise<ConvertedSlice | null>,
): Promise<number> {
  let rows = 0;
  let length = sliceRows;
  for (let from = 0; ;) {
    signal?.throwIfAborted();
    try {
      const slice = await convert(from, length);
      if (slice === null) return rows;
      rows += slice.rows;
      from = slice.before;
      onSlice?.(slice);
    } catch (error) {
      if (length === 0 || !isOutOfTime(error)) throw error;
      length = Math.floor(length / 2);
    }
  }
}
