import { SOURCE_BEHIND } from '@stellar-insights/db/tasks';
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

/** The source's newest ledger is below the last one stored: it was reset, or is another one than before. */
export class SourceBehindError extends Error {
  override readonly name = 'SourceBehindError';
  readonly code = SOURCE_BEHIND;
  readonly retryable = true;

  /** Without the source's newest ledger, which changes: the same fault has one message. */
  constructor(cursor: number) {
    super(
      `found a source whose newest ledger is below ${cursor}, the last one stored, expected that one or a later one; ` +
        'wait until the source has caught up, or use another one; if the network was reset, use a new database',
    );
  }
}

/** No ledger came for so long that the source, or the way to it, must be broken. */
export class SourceStalledError extends Error {
  override readonly name = 'SourceStalledError';
  readonly code = 'source_stalled';
  readonly retryable = true;

  /** @param found what the source reports now, for the message */
  constructor(found: string, limitMs: number, options?: ErrorOptions) {
    super(
      `found no new ledger for more than ${Math.round(limitMs / 1000)} s, and ${found}; expected one within 20 mean close ` +
        'intervals, at least 60 s; look at the source, or use another one',
      options,
    );
  }
}
