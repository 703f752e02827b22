import { drizzle, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import type { ISql, Sql } from 'postgres';
import { databaseError, DatabaseUnavailableError } from './database-errors.ts';

/** The driver's own types: int8 is read as `bigint`. */
export type PostgresTypes = { bigint: bigint };

/** What a statement is run with: the driver for what must be fast or is SQL by nature, drizzle for the rest. */
export interface Executor {
  readonly sql: ISql<PostgresTypes>;
  readonly drizzle: PgDatabase<PostgresJsQueryResultHKT>;
}

/** Above the session's own `statement_timeout`, so that the server speaks first where it can. */
const QUERY_DEADLINE_MS = 20_000;

/** A pool of connections, reached by the operations of this package only: none of them waits without a bound. */
export class Database implements AsyncDisposable {
  /** The pool itself, for whoever owns its end. */
  readonly client: Sql;
  readonly #executor: Executor;

  /** Over a pool that was opened with `databaseOptions`. */
  constructor(client: Sql) {
    this.client = client;
    this.#executor = { sql: client as unknown as Sql<PostgresTypes>, drizzle: drizzle(client) };
  }

  /**
   * Runs statements that need no transaction.
   *
   * @throws DatabaseUnavailableError if the connection is lost or the deadline passes.
   */
  async run<T>(work: (executor: Executor) => PromiseLike<T>, deadlineMs = QUERY_DEADLINE_MS): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      late.reject(new DatabaseUnavailableError(`nothing within ${deadlineMs / 1000} s`));
    }, deadlineMs);
    try {
      return await Promise.race([work(this.#executor), late.promise]);
    } catch (error) {
      throw databaseError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the pool within 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end({ timeout: 5 });
  }
}
