import postgres, { type ISql, type PendingQuery, type Row, type Sql } from 'postgres';
import { within } from '@stellar-insights/runtime/time';
import { cancellable } from './cancellation.ts';
import { databaseAt, directly, type DatabaseLocation } from './config.ts';
import type { ConnectionGate, GateStatistics } from './connection-gate.ts';
import { databaseOptions, limitTransaction, type ConnectOptions, type Limits } from './database-options.ts';
import type { NameCache } from './dictionary/name-cache.ts';
import { databaseError } from './database-error.ts';
import { DatabaseUnavailableError } from './errors.ts';
import { controlOptions, requestSession, requestWays, type RequestOptions } from './request-options.ts';

/** The driver's own types: int8 is read as `bigint`, timestamptz as `Date`. */
type PostgresTypes = { bigint: bigint };

/** A part of a statement. */
export type Fragment = PendingQuery<Row[]>;

/** What a statement is run with. */
export interface Executor {
  readonly sql: ISql<PostgresTypes>;
}

export interface RunOptions {
  /**
   * If it is aborted before the start, nothing is run. A statement that runs already is cancelled at the server if the
   * database serves requests; otherwise it goes on.
   */
  readonly signal?: AbortSignal | undefined;
  /** Default: 20 s. */
  readonly timeoutMs?: number;
}

export interface DatabaseWays {
  /** Leads to the server itself, where a pooler may give `client` another session for each transaction. */
  readonly direct?: Database | undefined;
  /** The variable that leads to the database, for messages; default: DATABASE_URL. */
  readonly variable?: string;
  /** Of each transaction where the session is not one's own; default: those of `databaseOptions`. */
  readonly limits?: Limits | undefined;
  readonly requests?: RequestWays | undefined;
}

/** How a pool serves requests, which may be many, and whose clients may leave. */
export interface RequestWays {
  readonly gate: ConnectionGate;
  /** A way to the same server that no request takes: for probes, and to cancel what requests have left running. */
  readonly control: Database;
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
  readonly #limits: Limits | undefined;
  readonly #requests: RequestWays | undefined;
  /** The same pool without its queue. */
  readonly #ownWork: Database | undefined;

  /** `client` must be opened with `databaseOptions`. */
  constructor(client: Sql, { direct, variable, limits, requests }: DatabaseWays = {}) {
    this.client = client;
    this.#direct = direct;
    this.#variable = variable;
    this.#limits = limits;
    this.#requests = requests;
    this.#ownWork = requests && new Database(client, { ...(variable !== undefined && { variable }), limits });
  }

  /**
   * The way to this database on which a session is one's own: for leases, for what listens, and for other work of the
   * process itself, which does not queue behind requests.
   */
  get direct(): Database {
    return this.#direct ?? this.#ownWork ?? this;
  }

  /** The way to this database that is free also when requests take all connections of the pool. */
  get control(): Database {
    return this.#requests?.control ?? this;
  }

  /** Of the pool; undefined if it does not serve requests. */
  statistics(): GateStatistics | undefined {
    return this.#requests?.gate.statistics();
  }

  /**
   * Runs statements that need no transaction.
   *
   * @throws DatabaseUnavailableError if the connection is lost or the time runs out; DatabaseBusyError; the signal's reason
   */
  run<T>(work: (executor: Executor) => PromiseLike<T>, options?: RunOptions): Promise<T> {
    // Where the session may change, the limits hold for a transaction; and only in one is it kept until a cancel is done.
    if (this.#direct !== undefined || this.#requests !== undefined) return this.begin('', work, options);
    return this.#answered(() => work({ sql: this.client as unknown as Sql<PostgresTypes> }), options);
  }

  /**
   * Runs statements as one transaction, e.g. with the mode `isolation level serializable`.
   *
   * @throws as `run`
   */
  begin<T>(mode: string, work: (executor: Executor) => PromiseLike<T>, options?: RunOptions): Promise<T> {
    const client = this.client as unknown as Sql<PostgresTypes>;
    const begin = (signal: AbortSignal) =>
      client.begin(mode, async (sql) => {
        // Sent together with the first statement. If it fails, the transaction does.
        if (this.#direct !== undefined) void sql.unsafe(limitTransaction(this.#limits)).execute();
        if (this.#requests === undefined) return await work({ sql });
        return await cancellable({ sql }, { control: this.control, signal }, () => work({ sql }));
      }) as Promise<T>;
    return this.#answered(begin, options);
  }

  /** Ends the pool within 5 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end({ timeout: 5 });
    await Promise.all([
      this.#direct?.[Symbol.asyncDispose](),
      this.#requests?.control[Symbol.asyncDispose](),
    ]);
  }

  /** The signal that `work` gets aborts with the caller's signal, and when the time is up. */
  async #answered<T>(
    work: (signal: AbortSignal) => PromiseLike<T>,
    { signal, timeoutMs = TIMEOUT_MS }: RunOptions = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    const ended = new AbortController();
    const abort = (): void => ended.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const result = this.#requests?.gate.pass(ended.signal, () => work(ended.signal)) ?? work(ended.signal);
      if (await answersWithin(timeoutMs, result)) return await result;
    } catch (error) {
      // The error of a statement that was cancelled says less than why it was.
      if (this.#requests !== undefined) signal?.throwIfAborted();
      throw databaseError(error, this.#variable);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    const late = DatabaseUnavailableError.late(timeoutMs);
    ended.abort(late);
    throw late;
  }
}

/** While this process is too busy to read an answer, no more than a tenth of the time goes by. */
async function answersWithin(ms: number, result: PromiseLike<unknown>): Promise<boolean> {
  for (let tenth = 0; tenth < 10; tenth++) if (await within(ms / 10, result)) return true;
  return false;
}

/** What needs a session of its own is little. */
export const DIRECT_CONNECTIONS = 2;

/** Opens a pool. It connects when it is first used, and again after each lost connection. */
export function connectDatabase(
  location: DatabaseLocation,
  { requests, ...options }: ConnectOptions & { readonly requests?: RequestOptions },
): Database {
  const { url, pooler, directUrl } = databaseAt(location);
  const client = postgres(url, databaseOptions({ ...options, pooler, ...requestSession(requests) }));
  const ways = requests && requestWays(requests, connectControl(location, options));
  if (pooler !== 'transaction') return new Database(client, { ...ways });
  const direct = postgres(directUrl, databaseOptions({ ...options, max: DIRECT_CONNECTIONS }));
  return new Database(client, {
    direct: new Database(direct, { variable: 'DATABASE_DIRECT_URL' }),
    ...ways,
  });
}

function connectControl(location: DatabaseLocation, options: ConnectOptions): Database {
  const { url, pooler, variable } = directly(location);
  return new Database(postgres(url, controlOptions({ ...options, pooler })), { variable });
}
