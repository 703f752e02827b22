import type { LedgerSequence } from './brands.ts';

/** A ledger as a source hands it on: not yet decoded, not yet trusted. */
export interface RawLedger {
  /** The number under which the source stores it. */
  readonly sequence: LedgerSequence;
  /** XDR of one `LedgerCloseMeta`. */
  readonly bytes: Uint8Array;
  /** Where it came from, for messages: a path or a URL. */
  readonly origin: string;
}

/** A place ledgers come from. */
export interface LedgerSource {
  /** The passphrase the source says it serves. */
  networkPassphrase(signal: AbortSignal): Promise<string>;
  /**
   * The ledgers from `from` on, in order, without a gap; up to and with `to`, else following the tip for ever.
   * Ends early only by throwing: a `LedgerError`, or the signal's reason.
   */
  ledgers(range: { from: number; to?: number }, signal: AbortSignal): AsyncIterable<RawLedger>;
}
