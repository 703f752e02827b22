import { setTimeout as sleep } from 'node:timers/promises';
import { Database, databaseOptions, DatabaseUnavailableError, requireSchema } from '@stellar-insights/db';
import type { Lifecycle, WorkerPhaseName } from '@stellar-insights/lifecycle';
import { connectPostgres, PostgresUnavailableError } from '@stellar-insights/lifecycle/postgres';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';

const ATTEMPT_MS = 3000;
const RETRY_MS = 1000;

/**
 * The pool of the process, once Postgres is there: until then it tries, however long that takes, and says so in the log.
 *
 * @throws SchemaMismatchError; LifecycleError `stopping`
 */
export async function acquireDatabase(
  app: Lifecycle<WorkerPhaseName>,
  url: string,
  log: Log,
): Promise<Database> {
  const trouble = new ErrorReminder(log, { service: 'postgres' });
  const options = databaseOptions({ applicationName: 'insights-worker' });
  const pool = await untilThere(app.signal, trouble, () =>
    app.acquire('database', (signal) =>
      connectPostgres(url, {
        ...options,
        signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]),
      }),
    ),
  );
  const db = new Database(pool.sql);
  await untilThere(app.signal, trouble, () => requireSchema(db));
  return db;
}

async function untilThere<T>(
  stop: AbortSignal,
  trouble: ErrorReminder,
  attempt: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const away = [error, causeOf(error)].find(isAway);
      if (stop.aborted || away === undefined) throw error;
      trouble.occurred(away);
    }
    await sleep(RETRY_MS, undefined, { signal: stop });
  }
}

function isAway(error: unknown): error is Error {
  return error instanceof PostgresUnavailableError || error instanceof DatabaseUnavailableError;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
