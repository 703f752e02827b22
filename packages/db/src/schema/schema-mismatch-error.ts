/** The database's schema is not the one this build was written for. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
  readonly code = 'schema_mismatch';
  readonly retryable = false;
  /** The database's version: its last migration. */
  readonly found: string;
  /** The version this build knows. */
  readonly expected: string;

  constructor(found: string, expected: string, newer: boolean) {
    const action = newer ? 'start the build that this database was migrated for' : 'run `insights migrate`';
    super(`found schema version ${found}, expected ${expected}; ${action}`);
    this.found = found;
    this.expected = expected;
  }
}
