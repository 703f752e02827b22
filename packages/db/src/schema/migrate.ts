import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { Database, databaseOptions } from '../database.ts';
import { databaseError } from '../errors.ts';
import { loadDrizzle } from '../load-drizzle.ts';
import { appliedMigrations, knownMigrations, migrationsFolder } from './migrations.ts';

/** Held while migrating. Each database has such a lock of its own. */
export const MIGRATION_LOCK = 0x57e11a4;
const RETRY_MS = 200;

/**
 * Brings the database's schema to this build's version, in one transaction; safe to run many times at once. Returns the
 * tags of the migrations that it applied.
 *
 * @throws DatabaseUnavailableError if there is no connection or it is lost; the signal's reason while another one migrates
 */
export async function migrate(
  url: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ applied: string[] }> {
  const options = databaseOptions({ applicationName: 'stellar-insights-migrate', max: 1 });
  const client = postgres(url, {
    ...options,
    // The lock belongs to the connection, which must stay the same to the end. A frozen holder loses it after 60 s.
    max_lifetime: null,
    connection: { ...options.connection, statement_timeout: 0, idle_session_timeout: 60_000 },
  });
  await using db = new Database(client);
  while (!(await tryLock(db))) await sleep(RETRY_MS, undefined, signal && { signal });
  const before = await appliedHashes(db);
  await applyMigrations(client);
  const after = await appliedHashes(db);
  const applied = knownMigrations().filter(({ hash }) => after.has(hash) && !before.has(hash));
  return { applied: applied.map(({ tag }) => tag) };
}

async function applyMigrations(client: Sql): Promise<void> {
  // Only this needs drizzle's driver.
  const { drizzle } = loadDrizzle('postgres-js');
  const { migrate: apply } = loadDrizzle('postgres-js/migrator');
  const { DrizzleQueryError } = loadDrizzle('errors');
  await apply(drizzle(client), { migrationsFolder }).catch((error: unknown) => {
    throw databaseError(error instanceof DrizzleQueryError ? error.cause : error);
  });
}

async function tryLock(db: Database): Promise<boolean> {
  const [row] = await db.run(
    ({ sql }) => sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as locked`,
  );
  return row?.locked === true;
}

async function appliedHashes(db: Database): Promise<Set<string>> {
  return new Set((await db.run(appliedMigrations)).map(({ hash }) => hash));
}
