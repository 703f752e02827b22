import type { LedgerRange } from '@stellar-insights/ledger';

/** The database does not hold what the source holds. */
export class VerificationFailedError extends Error {
  override readonly name = 'VerificationFailedError';
  readonly code = 'differences_found';
  readonly retryable = false;

  constructor(differences: number) {
    super(
      `found ${differences} difference(s), expected none; if the source is right, restore the database, or ingest the range into an empty one`,
    );
  }
}

/** The facts lake does not hold what the source holds. */
export class LakeVerificationFailedError extends Error {
  override readonly name = 'LakeVerificationFailedError';
  readonly code = 'facts_lake_differs';
  readonly retryable = false;

  constructor(found: { readonly differences: number; readonly missing: number }) {
    super(
      `found ${found.differences} difference(s) and ${found.missing} missing chunk(s) in the facts lake, expected none; ` +
        'if the source is right, write the chunks again with insights export --replace',
    );
  }
}

/** A part of the range is older than what the database keeps; the rest is equal to the source. */
export class NotKeptError extends Error {
  override readonly name = 'NotKeptError';
  readonly code = 'not_kept';
  readonly retryable = false;

  constructor({ from, to }: LedgerRange) {
    super(
      `found ledgers ${from} to ${to} whose contents are not kept any more, expected a range within RETENTION_DAYS; ` +
        `verify from ledger ${to + 1} on`,
    );
  }
}
