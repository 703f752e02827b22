import postgres, { type ISql, type PendingQuery, type Row, type Sql } from 'postgres';
import { within } from '@stellar-insights/runtime/time';
import { databaseError, DatabaseUnavailableError } from './errors.ts';

/** The driver's own types: int8 is read as `bigint`, timestamptz as `Date`. */
export type PostgresTypes = { bigint: bigint };

/** A part of a statement. */
export type Fragment = PendingQuery<Row[]>;

/** What a statement is run with. */
export interface Executor {
  readonly sql: ISql<PostgresTypes>;
}

export interface DatabaseOptions {
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  /** The largest number of connections; default: 10. */
  readonly max?: number;
}

export interface RunOptions {
  /** If it is aborted before the start, nothing is run. A statement that runs already goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Default: 20 s. */
  readonly timeoutMs?: number;
}

/** Above the session's own `statement_timeout`, so that the server reports first where it can. */
const TIMEOUT_MS = 20_000;

/** A pool of connections. Only the operations of this package reach it; each of them waits for a bounded time. */
export class Database implements AsyncDisposable {
  /** The pool itself, for its owner, who ends it. */
  readonly client: Sql;

  /** `client` must be opened with `databaseOptions`. */
  constructor(client: Sql) {
    this.client = client;
  }

  /**
   * Runs statements that need no transaction.
   *
   * @throws DatabaseUnavailableError if the connection is lost or the time runs out; the signal's reason
   */
  async run<T>(
    work: (executor: Executor) => PromiseLike<T>,
    { signal, timeoutMs = TIMEOUT_MS }: RunOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      const result = work({ sql: this.client as unknown as Sql<PostgresTypes> });
      if (await within(timeoutMs, result)) return await result;
    } catch (error) {
      throw databaseError(error);
    }
    throw new DatabaseUnavailableError(`nothing within ${timeoutMs / 1000} s`);
  }

  /** Ends the pool within 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end({ timeout: 5 });
  }
}

/** Opens a pool. It connects when it is first used, and again after each lost connection. */
export function connectDatabase(url: string, options: DatabaseOptions): Database {
  return new Database(postgres(url, databaseOptions(options)));
}

/** The settings of postgres.js with which every wait ends: a client's, and one for a lock that a frozen client holds. */
export function databaseOptions({
  applicationName,
  max = 10,
}: DatabaseOptions): postgres.Options<Record<string, postgres.PostgresType>> {
  return {
    max,
    connect_timeout: 5,
    backoff: () => 0.2,
    // Arrays are read as text, so no connection needs to ask for their types.
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
