import postgres, { type ISql, type PendingQuery, type Row, type Sql } from 'postgres';
import { within } from '@stellar-insights/runtime/time';
import { databaseAt, type DatabaseLocation } from './config.ts';
import { databaseOptions, LIMIT_TRANSACTION, type ConnectOptions } from './database-options.ts';
import type { NameCache } from './dictionary/name-cache.ts';
import { databaseError } from './database-error.ts';
import { DatabaseUnavailableError } from './errors.ts';

/** The driver's own types: int8 is read as `bigint`, timestamptz as `Date`. */
type PostgresTypes = { bigint: bigint };

/** A part of a statement. */
export type Fragment = PendingQuery<Row[]>;

/** What a statement is run with. */
export interface Executor {
  readonly sql: ISql<PostgresTypes>;
}

export interface RunOptions {
  /** If it is aborted before the start, nothing is run. A statement that runs already goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Default: 20 s. */
  readonly timeoutMs?: number;
}

export interface DatabaseWays {
  /** Leads to the server itself, where a pooler may give `client` another session for each transaction. */
  readonly direct?: Database | undefined;
  /** The variable that leads to the database, for messages; default: DATABASE_URL. */
  readonly variable?: string;
}

/** Above the session's own `statement_timeout`, so that the server reports first where it can. */
const TIMEOUT_MS = 20_000;

/** A pool of connections. Only the operations of this package reach it; each of them waits for a bounded time. */
export class Database implements AsyncDisposable {
  /** The pool itself, for its owner, who ends it. */
  readonly client: Sql;
  /** Ids of the dictionary, for who interns names. */
  nameCache: NameCache | undefined;
  readonly #direct: Database | undefined;
  readonly #variable: string | undefined;

  /** `client` must be opened with `databaseOptions`. */
  constructor(client: Sql, { direct, variable }: DatabaseWays = {}) {
    this.client = client;
    this.#direct = direct;
    this.#variable = variable;
  }

  /** The way to this database on which a session is one's own: for leases and for what listens. */
  get direct(): Database {
    return this.#direct ?? this;
  }

  /**
   * Runs statements that need no transaction.
   *
   * @throws DatabaseUnavailableError if the connection is lost or the time runs out; the signal's reason
   */
  run<T>(work: (executor: Executor) => PromiseLike<T>, options?: RunOptions): Promise<T> {
    // Where the session may change, the limits hold for a transaction.
    if (this.#direct !== undefined) return this.begin('', work, options);
    return this.#answered(() => work({ sql: this.client as unknown as Sql<PostgresTypes> }), options);
  }

  /**
   * Runs statements as one transaction, e.g. with the mode `isolation level serializable`.
   *
   * @throws as `run`
   */
  begin<T>(mode: string, work: (executor: Executor) => PromiseLike<T>, options?: RunOptions): Promise<T> {
    const client = this.client as unknown as Sql<PostgresTypes>;
    const begin = () =>
      client.begin(mode, async (sql) => {
        // Sent together with the first statement. If it fails, the transaction does.
        if (this.#direct !== undefined) void sql.unsafe(LIMIT_TRANSACTION).execute();
        return await work({ sql });
      }) as Promise<T>;
    return this.#answered(begin, options);
  }

  /** Ends the pool within 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.client.end({ timeout: 5 }), this.#direct?.[Symbol.asyncDispose]()]);
  }

  async #answered<T>(
    work: () => PromiseLike<T>,
    { signal, timeoutMs = TIMEOUT_MS }: RunOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      const result = work();
      if (await within(timeoutMs, result)) return await result;
    } catch (error) {
      throw databaseError(error, this.#variable);
    }
    throw new DatabaseUnavailableError(`nothing within ${timeoutMs / 1000} s`);
  }
}

/** What needs a session of its own is little. */
export const DIRECT_CONNECTIONS = 2;

/** Opens a pool. It connects when it is first used, and again after each lost connection. */
export function connectDatabase(location: DatabaseLocation, options: ConnectOptions): Database {
  const { url, pooler, directUrl } = databaseAt(location);
  const client = postgres(url, databaseOptions({ ...options, pooler }));
  if (pooler !== 'transaction') return new Database(client);
  const direct = postgres(directUrl, databaseOptions({ ...options, max: DIRECT_CONNECTIONS }));
  return new Database(client, { direct: new Database(direct, { variable: 'DATABASE_DIRECT_URL' }) });
}
