/** No Postgres can be started on this machine. The message says what is in the way and what to do about it. */
export class PostgresUnavailableError extends Error {
  override readonly name = 'PostgresUnavailableError';
  readonly code = 'postgres_unavailable';

  constructor(found: string, remedy: string, options?: ErrorOptions) {
    super(`cannot start a Postgres: found ${found}. To start one, ${remedy}`, options);
  }
}
