import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor } from '../database.ts';
import { loadDrizzle } from '../load-drizzle.ts';

const { readMigrationFiles } = loadDrizzle('migrator');

/** Beside the sources and beside what is built from them. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

/** The first line of a migration that builds without it can live with. Any other migration breaks them. */
const RUNS_OLDER_BUILDS = '-- Older builds run on this schema.';

/** A line that names the hash of a migration which led to the same tables, in databases of builds that had it. */
const REPLACES = /^-- It replaces (\w+)\.$/m;

export interface KnownMigration {
  /** Its file's name, e.g. `0000_ledgers`. */
  readonly tag: string;
  /** Of its SQL. */
  readonly hash: string;
  /** The hash of the migration in place of which it stands; null if there is none. */
  readonly replacedHash: string | null;
  /** When it was written, in unix milliseconds. */
  readonly writtenAt: number;
  readonly statements: readonly string[];
  /** Whether a build that does not know this migration cannot run on its schema. */
  readonly breaksOlderBuilds: boolean;
}

export interface AppliedMigration extends Pick<KnownMigration, 'hash' | 'writtenAt' | 'breaksOlderBuilds'> {
  /** Null if a build applied it that did not record tags. */
  readonly tag: string | null;
}

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** The migrations of this build, oldest first; there is at least one. */
export function knownMigrations(): KnownMigration[] {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as Journal;
  const tags = journal.entries.map(({ tag }) => tag);
  return readMigrationFiles({ migrationsFolder }).map(({ hash, sql, folderMillis }, place) => ({
    tag: tags[place] ?? '',
    hash,
    replacedHash: REPLACES.exec(sql.join('\n'))?.[1] ?? null,
    writtenAt: folderMillis,
    statements: sql,
    breaksOlderBuilds: sql[0]?.startsWith(RUNS_OLDER_BUILDS) !== true,
  }));
}

/**
 * The migrations that `migrate` has applied to this database, oldest first. The table has what a build needs to know of
 * migrations that were written after it.
 */
export async function appliedMigrations({ sql }: Executor): Promise<AppliedMigration[]> {
  const [table] = await sql<{ exists: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
  if (table?.exists !== true) return [];
  // As JSON, since the table may be from before it had the last two columns.
  return [
    ...(await sql<AppliedMigration[]>`
      select hash, created_at::float8 as "writtenAt", to_jsonb(migration) ->> 'tag' as tag,
             coalesce((to_jsonb(migration) ->> 'breaks_older_builds')::boolean, true) as "breaksOlderBuilds"
      from drizzle.__drizzle_migrations as migration order by created_at`),
  ];
}
