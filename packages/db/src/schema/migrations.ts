import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor } from '../database.ts';
import { loadDrizzle } from '../load-drizzle.ts';

const { readMigrationFiles } = loadDrizzle('migrator');

/** Beside the sources and beside what is built from them. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

export interface KnownMigration {
  /** Its file's name, e.g. `0000_ledgers`. */
  readonly tag: string;
  /** Of its SQL. */
  readonly hash: string;
}

export interface AppliedMigration {
  readonly hash: string;
  /** When it was written, in unix milliseconds. */
  readonly writtenAt: number;
}

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** The migrations of this build, oldest first; there is at least one. */
export function knownMigrations(): KnownMigration[] {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as Journal;
  const files = readMigrationFiles({ migrationsFolder });
  return journal.entries.map(({ tag }, place) => ({ tag, hash: files[place]?.hash ?? '' }));
}

/** The migrations that `migrate` has applied to this database, oldest first. */
export async function appliedMigrations({ sql }: Executor): Promise<AppliedMigration[]> {
  const [table] = await sql<{ exists: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as exists`;
  if (table?.exists !== true) return [];
  const rows = await sql<{ hash: string; created_at: bigint }[]>`
    select hash, created_at from drizzle.__drizzle_migrations order by created_at`;
  return rows.map(({ hash, created_at }) => ({ hash, writtenAt: Number(created_at) }));
}
