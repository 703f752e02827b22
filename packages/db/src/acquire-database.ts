import type { Lifecycle } from '@stellar-insights/lifecycle';
import {
  connectPostgres,
  PostgresUnavailableError,
  type ConnectPostgresOptions,
} from '@stellar-insights/lifecycle/postgres';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { retry } from '@stellar-insights/runtime/time';
import postgres from 'postgres';
import { directly, type DatabaseConfig } from './config.ts';
import { databaseError } from './database-error.ts';
import { databaseOptions } from './database-options.ts';
import { Database, DIRECT_CONNECTIONS } from './database.ts';
import { DatabaseRefusedError, DatabaseUnavailableError } from './errors.ts';
import { controlOptions, requestSession, requestWays, type RequestOptions } from './request-options.ts';
import { requireKnownPooler } from './require-known-pooler.ts';
import { requireSchema } from './schema/require-schema.ts';

export interface AcquireDatabaseOptions {
  readonly database: DatabaseConfig;
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
  /** Given if the pool serves requests. */
  readonly requests?: RequestOptions;
}

const ATTEMPT_MS = 3000;
const RETRY = { baseMs: 1000, capMs: 1000 };
/** A process that needs no session of its own keeps no connection for it. */
const DIRECT_IDLE_SECONDS = 30;

/**
 * The pool of a running process, as a resource of the phase `database`. While Postgres is away this function waits without
 * limit and logs the error; it ends at once if Postgres refuses, e.g. a wrong password.
 *
 * @throws SchemaMismatchError; DatabaseRefusedError, also within a LifecycleError; LifecycleError `stopping`
 */
export async function acquireDatabase(
  app: Pick<Lifecycle<'database'>, 'acquire' | 'signal'>,
  { database, applicationName, log, requests }: AcquireDatabaseOptions,
): Promise<Database> {
  const { url, pooler, directUrl } = database;
  const reminder = new ErrorReminder(log, { service: 'postgres' });
  const onceAvailable = <T>(attempt: () => Promise<T>): Promise<T> =>
    retry(attempt, {
      ...RETRY,
      signal: app.signal,
      isTransient: (error) => awayError(error) !== undefined,
      onFailure: (error) => reminder.occurred(awayError(error) ?? error),
    });
  const acquirePool = async (
    settings: Omit<ConnectPostgresOptions, 'signal'>,
    { to, name, variable }: { readonly to: string; readonly name?: string; readonly variable?: string },
  ): Promise<postgres.Sql> => {
    const open = (signal: AbortSignal) => connect(to, { ...settings, signal }, variable);
    const { sql } = await onceAvailable(() => app.acquire('database', open, { ...(name && { name }) }));
    return sql;
  };
  const acquireDirect = async (): Promise<Database> => {
    const variable = 'DATABASE_DIRECT_URL';
    const options = databaseOptions({ applicationName, max: DIRECT_CONNECTIONS });
    const settings = { ...options, idle_timeout: DIRECT_IDLE_SECONDS };
    const sql = await acquirePool(settings, { to: directUrl, name: 'postgres-direct', variable });
    return new Database(sql, { variable });
  };
  const acquireControl = async (): Promise<Database> => {
    const { url: to, pooler: between, variable } = directly(database);
    const options = controlOptions({ applicationName, pooler: between });
    const settings = { ...options, ...behind(between, to) };
    const sql = await acquirePool(settings, { to, name: 'postgres-control', variable });
    return new Database(sql, { variable });
  };

  const options = databaseOptions({ applicationName, pooler, ...requestSession(requests) });
  const sql = await acquirePool({ ...options, ...behind(pooler, directUrl) }, { to: url });
  const direct = pooler === 'transaction' ? await acquireDirect() : undefined;
  const ways = requests && requestWays(requests, await acquireControl());
  const db = new Database(sql, { direct, ...ways });
  await onceAvailable(async () => {
    if (pooler === 'none') await requireKnownPooler(db);
    await requireSchema(db);
  });
  return db;
}

/** Where a stop cancels what a pool leaves running, if a pooler is between. */
function behind(pooler: DatabaseConfig['pooler'], directUrl: string): Pick<ConnectPostgresOptions, 'pooler'> {
  return pooler === 'none' ? {} : { pooler: { directUrl } };
}

/** @throws PostgresUnavailableError, of which one that is retryable may pass; DatabaseRefusedError */
async function connect(
  url: string,
  { signal, ...options }: ConnectPostgresOptions,
  variable?: string,
): ReturnType<typeof connectPostgres> {
  try {
    return await connectPostgres(url, {
      ...options,
      mayPass,
      signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
    });
  } catch (error) {
    if (!(error instanceof PostgresUnavailableError) || error.retryable) throw error;
    const refused = databaseError(error.cause, variable);
    throw refused instanceof DatabaseRefusedError ? refused : error;
  }
}

function mayPass(error: unknown): boolean {
  const meaning = databaseError(error);
  return !(meaning instanceof DatabaseRefusedError || meaning instanceof postgres.PostgresError);
}

/** The error, or its cause, if it says that Postgres is away. A lifecycle wraps the errors of its factories. */
function awayError(error: unknown): Error | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find(
    (one): one is Error =>
      one instanceof DatabaseUnavailableError || (one instanceof PostgresUnavailableError && one.retryable),
  );
}
