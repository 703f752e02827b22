import { setTimeout as sleep } from 'node:timers/promises';
import postgres, { type Sql } from 'postgres';
import { directly, type DatabaseLocation } from '../config.ts';
import { databaseOptions } from '../database-options.ts';
import { Database } from '../database.ts';
import { databaseError } from '../database-error.ts';
import { buildPartitionIndexes, type BuildOptions } from './partition-indexes.ts';
import { appliedMigrations, knownMigrations } from './migrations.ts';
import type { ConvertOptions } from './slices.ts';
import { isUnconverted } from './text-layout.ts';

/** Held while migrating. Each database has such a lock of its own. */
export const MIGRATION_LOCK = 0x57e11a4;
const RETRY_MS = 200;
/** A migration may take long. A frozen holder of the lock loses it. */
const LIMITS = {
  statement_timeout: 0,
  idle_in_transaction_session_timeout: 5000,
  idle_session_timeout: 60_000,
};

export interface Migrated {
  /** The tags of the migrations that were missing. */
  readonly applied: readonly string[];
  /** How many rows were converted to a new layout. */
  readonly converted: number;
}

/**
 * Brings the database's schema to this build's version, in one transaction, and then the indexes of its partitions and its
 * rows, in many; safe to run many times at once, and again after it was interrupted. A database that later builds have
 * migrated stays as it is.
 *
 * @throws DatabaseUnavailableError if there is no connection or it is lost; the signal's reason while another one migrates, or
 * between two indexes or slices of rows
 */
export async function migrate(
  location: DatabaseLocation,
  options: Pick<ConvertOptions, 'signal' | 'onSlice'> & BuildOptions = {},
): Promise<Migrated> {
  const { signal } = options;
  const { url, pooler, variable } = directly(location);
  const client = postgres(url, {
    ...databaseOptions({ applicationName: 'stellar-insights-migrate', max: 1, pooler, limits: LIMITS }),
    // The lock belongs to the session, which must stay the same to the end.
    max_lifetime: null,
  });
  await using db = new Database(client, { variable });
  while (!(await tryLock(db))) await sleep(RETRY_MS, undefined, signal && { signal });
  try {
    await createTable(client);
    const applied = await applyMissing(db, client);
    await buildPartitionIndexes(client, options);
    // What declares the tables is loaded only where there are rows to convert.
    if (!(await db.run(isUnconverted))) return { applied, converted: 0 };
    const { convertTextLayout } = await import('./convert-text-layout.ts');
    return { applied, converted: await convertTextLayout(db, options) };
  } catch (error) {
    throw databaseError(error, variable);
  }
}

async function tryLock(db: Database): Promise<boolean> {
  const [row] = await db.run(
    ({ sql }) => sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as locked`,
  );
  return row?.locked === true;
}

/** The table of drizzle's own migrator, with two more columns. */
async function createTable(client: Sql): Promise<void> {
  await client.unsafe(`
    create schema if not exists drizzle;
    create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    );
    alter table drizzle.__drizzle_migrations
      add column if not exists tag text, add column if not exists breaks_older_builds boolean;`);
}

async function applyMissing(db: Database, client: Sql): Promise<string[]> {
  const newest = (await db.run(appliedMigrations)).at(-1)?.writtenAt ?? 0;
  const missing = knownMigrations().filter(({ writtenAt }) => writtenAt > newest);
  await client.begin(async (sql) => {
    for (const { statements, hash, writtenAt, tag, breaksOlderBuilds } of missing) {
      for (const statement of statements) await sql.unsafe(statement);
      await sql`
        insert into drizzle.__drizzle_migrations (hash, created_at, tag, breaks_older_builds)
        values (${hash}, ${writtenAt}, ${tag}, ${breaksOlderBuilds})`;
    }
  });
  return missing.map(({ tag }) => tag);
}
