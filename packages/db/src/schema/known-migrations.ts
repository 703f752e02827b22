import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';

/** Beside the sources and beside what is built from them. */
export const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url));

export interface KnownMigration {
  /** Its file's name, e.g. `0000_ledgers`. */
  readonly tag: string;
  /** Of its SQL. */
  readonly hash: string;
}

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** The migrations of this build, oldest first; never none. */
export function knownMigrations(): KnownMigration[] {
  const journal = JSON.parse(readFileSync(join(migrationsFolder, 'meta/_journal.json'), 'utf8')) as Journal;
  const files = readMigrationFiles({ migrationsFolder });
  return journal.entries.map(({ tag }, place) => ({ tag, hash: files[place]?.hash ?? '' }));
}
