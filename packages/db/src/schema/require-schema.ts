import type { Database } from '../database.ts';
import { SchemaMismatchError } from '../errors.ts';
import {
  appliedMigrations,
  knownMigrations,
  type AppliedMigration,
  type KnownMigration,
} from './migrations.ts';

/**
 * Resolves if the database has exactly the migrations of this build.
 *
 * @throws SchemaMismatchError naming both versions.
 */
export async function requireSchema(db: Database): Promise<void> {
  const applied = await db.run(appliedMigrations);
  const known = knownMigrations();
  if (applied.length === known.length && known.every(({ hash }, place) => applied[place]?.hash === hash))
    return;
  throw new SchemaMismatchError(
    versionOf(applied, known),
    known.at(-1)?.tag ?? 'none',
    isNewer(applied, known),
  );
}

function isNewer(applied: readonly AppliedMigration[], known: readonly KnownMigration[]): boolean {
  const hashes = new Set(known.map(({ hash }) => hash));
  return applied.some(({ hash }) => !hashes.has(hash));
}

function versionOf(applied: readonly AppliedMigration[], known: readonly KnownMigration[]): string {
  const last = applied.at(-1);
  if (last === undefined) return 'none';
  const tag = known.find(({ hash }) => hash === last.hash)?.tag;
  if (tag === undefined)
    return `one of ${new Date(last.writtenAt).toISOString()} that this build does not know`;
  const missing = known.filter((migration) => !applied.some(({ hash }) => hash === migration.hash));
  return missing.length === 0
    ? tag
    : `${tag} without ${missing.map((migration) => migration.tag).join(', ')}`;
}
