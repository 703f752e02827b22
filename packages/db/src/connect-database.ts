import postgres from 'postgres';
import { Database } from './database.ts';

export interface DatabaseOptions {
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections at most; default 10. */
  readonly max?: number;
}

/** A pool that connects when it is first used, and again whenever it was cut off. */
export function connectDatabase(url: string, options: DatabaseOptions): Database {
  return new Database(postgres(url, databaseOptions(options)));
}

/** The settings of postgres.js under which nothing waits for ever: neither a client, nor a lock that a frozen one holds. */
export function databaseOptions({
  applicationName,
  max = 10,
}: DatabaseOptions): postgres.Options<Record<string, postgres.PostgresType>> {
  return {
    max,
    connect_timeout: 5,
    backoff: () => 0.2,
    // What drizzle reads it converts itself; a query for the types of arrays, on each connection, would be for nothing.
    fetch_types: false,
    onnotice: () => undefined,
    types: { bigint: postgres.BigInt },
    connection: {
      application_name: applicationName,
      statement_timeout: 15_000,
      idle_in_transaction_session_timeout: 5000,
      tcp_keepalives_idle: 5,
      tcp_keepalives_interval: 2,
      tcp_keepalives_count: 3,
    },
  };
}
