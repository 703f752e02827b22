/** SQLSTATE too_many_connections. */
const TOO_MANY_CONNECTIONS = '53300';
const LATE = 'nothing within';

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
    const { message = '' } = (options?.cause ?? {}) as Partial<Error>;
    const detail = message === '' || message.includes(found) ? message || found : `${found}: ${message}`;
    super(`found no answer from the database (${detail}), expected one; ${remedy(found, detail)}`, options);
    this.found = found;
  }

  /** The error of an operation whose time ran out. */
  static late(timeoutMs: number): DatabaseUnavailableError {
    return new DatabaseUnavailableError(`${LATE} ${timeoutMs / 1000} s`);
  }

  /** Its time ran out, which may be because it was too large. */
  get isLate(): boolean {
    return this.found.startsWith(LATE);
  }

  /** The server answers: it has no connection to give. */
  get isServerFull(): boolean {
    return this.found === TOO_MANY_CONNECTIONS;
  }
}

function remedy(found: string, detail: string): string {
  if (found === TOO_MANY_CONNECTIONS) return 'raise max_connections, or let fewer processes connect';
  if (found === 'ENOTFOUND') return "check the host's name in its URL";
  if (detail.includes('TLS')) return 'check that it takes TLS connections, and sslmode in its URL';
  return 'check that it runs and can be reached';
}

/** The server ended a statement that ran for too long; its transaction changed nothing. The connection is as good as before. */
export class StatementTimeoutError extends Error {
  override readonly name = 'StatementTimeoutError';
  readonly code = 'statement_timeout';
  readonly retryable = true;

  /** `found`: what the server said. */
  constructor(found: string, options?: ErrorOptions) {
    super(
      `found a statement that the database ended (${found}), expected an answer within its statement_timeout; ` +
        'see whether the server is overloaded, or ask for less at once',
      options,
    );
  }
}

/** All connections of the pool are in use, and no further operation may wait for one. Nothing was done. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';
  readonly code = 'database_busy';
  readonly retryable = true;

  constructor(connections: number, waiting: number) {
    super(
      `found all ${connections} connections in use and ${waiting} operations waiting for one, expected a free one in time; ` +
        'try again later, and see in pg_stat_activity what takes long',
    );
  }
}

/** The server, or the pooler before it, answers and refuses. Trying again does not help until somebody has changed something. */
export class DatabaseRefusedError extends Error {
  override readonly name = 'DatabaseRefusedError';
  readonly code = 'database_refused';
  readonly retryable = false;
  /** What the server said. */
  readonly found: string;

  constructor(found: string, action: string, options?: ErrorOptions) {
    super(
      `found a database that refuses (${found}), expected one that lets this process work; ${action}`,
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

/** A migration has changed the layout of rows, and not all rows are converted to it. */
export class ConversionIncompleteError extends Error {
  override readonly name = 'ConversionIncompleteError';
  readonly code = 'conversion_incomplete';
  readonly retryable = false;

  constructor() {
    super(
      'found rows in the layout of an older version, expected all of them in that of this one; ' +
        'run `insights migrate` to its end: it goes on where it was interrupted',
    );
  }
}
