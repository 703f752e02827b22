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
