import { Reader } from '@stellar/js-xdr';

/**
 * Levels of nesting. stellar-core refuses what is nested in more than 1,500 structs, unions, arrays and pointers; js-xdr counts
 * up to three levels for two of those, and its default of 1,500 would refuse a ledger that the network accepts.
 */
const MAX_DEPTH = 3000;

/** A reader of bytes that hold a `LedgerCloseMeta`. */
export function closeMetaReader(bytes: Uint8Array): Reader {
  return new Reader(bytes, MAX_DEPTH);
}
