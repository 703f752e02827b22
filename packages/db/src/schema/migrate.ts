import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { databaseOptions } from '../connect-database.ts';
import { Database } from '../database.ts';
import { databaseError } from '../database-errors.ts';
import { appliedMigrations } from './applied-migrations.ts';
import { knownMigrations, migrationsFolder } from './known-migrations.ts';

/** Held while migrating; such locks are per database. */
export const MIGRATION_LOCK = 0x57e11a4;
const RETRY_MS = 200;

/**
 * Brings the database's schema to this build's version, in one transaction; safe to run many times at once. Returns the
 * tags of what was applied, none if there was nothing to do.
 *
 * @throws DatabaseUnavailableError if there is no connection, or it is lost; the signal's reason while it waits for another.
 */
export async function migrate(
  url: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ applied: string[] }> {
  const options = databaseOptions({ applicationName: 'stellar-insights-migrate', max: 1 });
  const client = postgres(url, {
    ...options,
    // The lock is the connection's, so that it must be the same to the end. A frozen holder loses it after a while.
    max_lifetime: null,
    connection: { ...options.connection, statement_timeout: 0, idle_session_timeout: 60_000 },
  });
  await using db = new Database(client);
  while (!(await tryLock(db))) await sleep(RETRY_MS, undefined, signal && { signal });
  const before = await appliedHashes(db);
  await applyMigrations(drizzle(client), { migrationsFolder }).catch((error: unknown) => {
    throw databaseError(error);
  });
  const after = await appliedHashes(db);
  const applied = knownMigrations().filter(({ hash }) => after.has(hash) && !before.has(hash));
  return { applied: applied.map(({ tag }) => tag) };
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
