import type { LedgerRange } from '@stellar-insights/ledger';

/** The range does not begin after the last ledger stored: `ingest` would leave a gap or store ledgers twice. */
export class RangeNotNextError extends Error {
  override readonly name = 'RangeNotNextError';
  readonly code = 'out_of_turn';
  readonly retryable = false;
  /** The last ledger stored. */
  readonly cursor: number;

  constructor(cursor: number, { from, to }: LedgerRange) {
    super(
      `found the database at ledger ${cursor}, expected ${from - 1}, the one before the range; begin at ${cursor + 1}, ` +
        `or store ledgers ${from} to ${to} in an empty database`,
    );
    this.cursor = cursor;
  }
}
