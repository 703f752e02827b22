import type { LedgerRange } from '../commands/ledger-range.ts';

/** A range that does not follow the last ledger stored: `ingest` would leave a gap or store ledgers twice. */
export class OutOfTurnError extends Error {
  override readonly name = 'OutOfTurnError';
  readonly code = 'out_of_turn';
  readonly retryable = false;
  /** The last ledger stored. */
  readonly cursor: number;

  constructor(cursor: number, { from, to }: LedgerRange) {
    super(
      `found the database at ledger ${cursor}, expected ${from - 1}, the one before the range; begin at ${cursor + 1}, ` +
        `or store ledgers ${from} to ${to} with \`backfill\``,
    );
    this.cursor = cursor;
  }
}
