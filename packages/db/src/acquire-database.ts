import type { Lifecycle } from '@stellar-insights/lifecycle';
import { connectPostgres, PostgresUnavailableError } from '@stellar-insights/lifecycle/postgres';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { retry } from '@stellar-insights/runtime/time';
import { Database, databaseOptions } from './database.ts';
import { DatabaseUnavailableError } from './errors.ts';
import { requireSchema } from './schema/require-schema.ts';

export interface AcquireDatabaseOptions {
  readonly url: string;
  /** Named in `pg_stat_activity`. */
  readonly applicationName: string;
  readonly log: Log;
}

const ATTEMPT_MS = 3000;
const RETRY = { baseMs: 1000, capMs: 1000 };

/**
 * The pool of a running process, as a resource of the phase `database`. While Postgres is away this function waits without
 * limit and logs the error; it ends at once if Postgres refuses, e.g. a wrong password.
 *
 * @throws SchemaMismatchError; PostgresUnavailableError within a LifecycleError if Postgres refuses; LifecycleError `stopping`
 */
export async function acquireDatabase(
  app: Pick<Lifecycle<'database'>, 'acquire' | 'signal'>,
  { url, applicationName, log }: AcquireDatabaseOptions,
): Promise<Database> {
  const reminder = new ErrorReminder(log, { service: 'postgres' });
  const onceAvailable = <T>(attempt: () => Promise<T>): Promise<T> =>
    retry(attempt, {
      ...RETRY,
      signal: app.signal,
      isTransient: (error) => awayError(error) !== undefined,
      onFailure: (error) => reminder.occurred(awayError(error) ?? new Error(String(error))),
    });
  const pool = await onceAvailable(() =>
    app.acquire('database', (signal) =>
      connectPostgres(url, {
        ...databaseOptions({ applicationName }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
      }),
    ),
  );
  const db = new Database(pool.sql);
  await onceAvailable(() => requireSchema(db));
  return db;
}

/** The error, or its cause, if it says that Postgres is away. A lifecycle wraps the errors of its factories. */
function awayError(error: unknown): Error | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].find(
    (one): one is Error =>
      one instanceof DatabaseUnavailableError || (one instanceof PostgresUnavailableError && one.retryable),
  );
}
