/** No usable connection came about while starting; `cause` is what the last attempt met. */
export class PostgresUnavailableError extends Error {
  override readonly name = 'PostgresUnavailableError';
  readonly code = 'POSTGRES_UNAVAILABLE';
  /** Host, port and database, without the password. */
  readonly server: string;
  /** Whether another attempt may succeed: false where the server itself refused, e.g. a wrong password. */
  readonly retryable: boolean;

  constructor(server: string, attempts: number, retryable: boolean, cause: unknown) {
    const found = cause instanceof Error ? cause.message : String(cause);
    super(
      `Postgres at ${server} did not answer "select 1" in ${attempts} attempt(s): ${found}; ` +
        (retryable ? 'check that it runs and can be reached from here' : 'check user, password and database'),
      { cause },
    );
    this.server = server;
    this.retryable = retryable;
  }
}
