/**
 * The server could not be reached, the connection was lost, or no answer came in time. The operation may or may not have
 * been done: a commit whose answer is lost may have happened. Once the cause is gone the same call works again.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly code = 'database_unavailable';
  readonly retryable = true;
  /** A code of the connection, e.g. `ECONNREFUSED`, or a SQLSTATE. */
  readonly found: string;

  constructor(found: string, options?: ErrorOptions) {
    super(
      `found no answer from the database (${found}), expected one; check that it runs and can be reached`,
      options,
    );
    this.found = found;
  }
}

/** A concurrent transaction conflicted with each attempt; nothing was changed. */
export class TransactionConflictError extends Error {
  override readonly name = 'TransactionConflictError';
  readonly code = 'transaction_conflict';
  readonly retryable = true;

  constructor(attempts: number, options: ErrorOptions) {
    super(
      `found a conflicting transaction in each of ${attempts} attempt(s), expected none; try again later`,
      options,
    );
  }
}

/** The database's schema is not the one this build was written for. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
  readonly code = 'schema_mismatch';
  readonly retryable = false;
  /** The database's version: its last migration. */
  readonly found: string;
  /** The version this build knows. */
  readonly expected: string;

  /** `newer`: the database has migrations that this build does not know. */
  constructor(found: string, expected: string, newer: boolean) {
    const action = newer ? 'start the build that this database was migrated for' : 'run `insights migrate`';
    super(`found schema version ${found}, expected ${expected}; ${action}`);
    this.found = found;
    this.expected = expected;
  }
}

const UNAVAILABLE: ReadonlySet<string> = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  // SQLSTATE: too_many_connections, query_canceled, idle_in_transaction_session_timeout, transaction_timeout,
  // idle_session_timeout, admin_shutdown, crash_shutdown, cannot_connect_now.
  '53300',
  '57014',
  '25P03',
  '25P04',
  '57P05',
  '57P01',
  '57P02',
  '57P03',
]);

// SQLSTATE: serialization_failure, deadlock_detected, lock_not_available.
const CONFLICTS: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

/** The driver's error; a `DatabaseUnavailableError` if the fault is the connection's or the server's. */
export function databaseError(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !UNAVAILABLE.has(code)) return error;
  return new DatabaseUnavailableError(code, { cause: error });
}

/** Whether the same transaction may succeed when it is run again. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
