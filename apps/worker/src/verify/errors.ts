/** The database does not hold what its source says. */
export class DifferencesFound extends Error {
  override readonly name = 'DifferencesFound';
  readonly code = 'differences_found';
  readonly retryable = false;

  constructor(count: number) {
    super(
      `found ${count} difference(s), expected none; if the source is right, restore the database or ingest the range again`,
    );
  }
}
