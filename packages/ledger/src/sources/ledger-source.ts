import type { LedgerSequence } from '../brands.ts';
import { isLedgerSequence, LAST_LEDGER } from '../sequence.ts';

/** A ledger as a source returns it: neither decoded nor verified. */
export interface RawLedger {
  /** The number under which the source stores it. */
  readonly sequence: LedgerSequence;
  /** XDR of one `LedgerCloseMeta`. */
  readonly bytes: Uint8Array;
  /** Its path or URL, for messages. */
  readonly origin: string;
}

/** The newest ledger of a source. */
export interface LatestLedger {
  readonly sequence: LedgerSequence;
  /** Unix milliseconds; absent if the source does not say. */
  readonly closedAt?: number;
  /** The oldest ledger that an RPC still keeps; absent if the source keeps all or does not say. */
  readonly oldest?: LedgerSequence;
  /** How many ledgers an RPC keeps in the long run; absent if the source keeps all or does not say. */
  readonly retention?: number;
}

/** A place that ledgers are read from: a data lake or an RPC. */
export interface LedgerSource {
  /** The passphrase of the network that the source says it serves. */
  networkPassphrase(signal: AbortSignal): Promise<string>;
  /**
   * The newest ledger that the source has at this moment; null if none was found. An RPC says it. In a lake it is searched
   * from `near`, a ledger that is expected close to it, else from powers of two: a lake without those gives null.
   *
   * @throws LedgerError, or the signal's reason
   */
  latest(signal: AbortSignal, near?: number): Promise<LatestLedger | null>;
  /**
   * The ledgers `from` to `to`, both included, in order and without a gap. Without `to` it follows the tip and never
   * ends. It ends early only by throwing: a `LedgerError`, or the signal's reason.
   *
   * @throws RangeError unless `from` and `to` are ledger numbers in order
   */
  ledgers(range: { from: number; to?: number }, signal: AbortSignal): AsyncIterable<RawLedger>;
}

/** @throws RangeError unless `from` and `to` are ledger numbers in order */
export function requireRange({ from, to }: { from: number; to?: number }): void {
  if (isLedgerSequence(from) && (to === undefined || (isLedgerSequence(to) && to >= from))) return;
  throw new RangeError(
    `found ledgers from ${from} to ${to ?? 'the tip'}, expected whole numbers from 1 to ${LAST_LEDGER}, in order`,
  );
}
