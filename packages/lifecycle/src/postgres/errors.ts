/** No connection could be used during the start; `cause` is the error of the last attempt. */
export class PostgresUnavailableError extends Error {
  override readonly name = 'PostgresUnavailableError';
  readonly code = 'postgres_unavailable';
  /** Host, port and database, without the password. */
  readonly server: string;
  /** Whether another attempt may succeed: false if the server itself refused, e.g. a wrong password. */
  readonly retryable: boolean;

  constructor(server: string, attempts: number, retryable: boolean, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(
      `Postgres at ${server} did not answer "select 1" in ${attempts} attempt(s): ${message}; ` +
        (retryable ? 'check that it runs and can be reached from here' : 'check user, password and database'),
      { cause },
    );
    this.server = server;
    this.retryable = retryable;
  }
}

/** The pool's time ran out before these connections were done; the server cancelled what they ran. */
export class ConnectionsCutError extends Error {
  override readonly name = 'ConnectionsCutError';
  readonly code = 'connections_cut';
  readonly retryable = false;
  /** What each of them did, e.g. `active (4.1 s): select …`; undefined if the server did not answer. */
  readonly connections: readonly string[] | undefined;

  constructor(connections: readonly string[] | undefined) {
    super(
      connections === undefined
        ? 'the pool did not end in time and the server did not answer: what it still runs was not cancelled'
        : `${connections.length} connection(s) were not done in time and were cut: ${connections.join('; ')}; ` +
            'end such work in an earlier phase, release what is reserved, or raise the budget',
    );
    this.connections = connections;
  }
}
