/** No Postgres can be started here; the message says what is in the way and what to do about it. */
export class PostgresUnavailableError extends Error {
  readonly code = 'DEVSTACK_POSTGRES_UNAVAILABLE';

  constructor(found: string, remedy: string, options?: ErrorOptions) {
    super(`cannot start a Postgres: ${found}. Expected to start one of our own: ${remedy}`, options);
    this.name = 'PostgresUnavailableError';
  }
}
