import type { Database } from '../database.ts';
import { ConversionIncompleteError, SchemaMismatchError } from '../errors.ts';
import {
  appliedMigrations,
  knownMigrations,
  type AppliedMigration,
  type KnownMigration,
} from './migrations.ts';
import { isUnconverted } from './text-layout.ts';

/**
 * Resolves if the database has all migrations of this build, and no later one that breaks older builds, and all of its rows
 * are converted.
 *
 * @throws SchemaMismatchError naming both versions; ConversionIncompleteError
 */
export async function requireSchema(db: Database): Promise<void> {
  const applied = await db.run(appliedMigrations);
  const known = knownMigrations();
  if (await db.run(isUnconverted)) throw new ConversionIncompleteError();
  const missing = known.filter((migration) => !applied.some(({ hash }) => isOf(migration, hash)));
  const unknown = applied.filter(({ hash }) => !known.some((migration) => isOf(migration, hash)));
  const breaking = unknown.findLast(({ breaksOlderBuilds }) => breaksOlderBuilds);
  if (missing.length === 0 && breaking === undefined) return;
  throw new SchemaMismatchError(
    breaking === undefined ? versionOf(applied, known, missing) : unknownVersion(breaking),
    known.at(-1)?.tag ?? 'none',
    unknown.length > 0,
  );
}

function isOf({ hash, replacedHash }: KnownMigration, applied: string): boolean {
  return applied === hash || applied === replacedHash;
}

function versionOf(
  applied: readonly AppliedMigration[],
  known: readonly KnownMigration[],
  missing: readonly KnownMigration[],
): string {
  const last = applied.at(-1);
  if (last === undefined) return 'none';
  const tag = known.find((migration) => isOf(migration, last.hash))?.tag ?? last.tag;
  return `${tag} without ${missing.map((migration) => migration.tag).join(', ')}`;
}

function unknownVersion({ tag, writtenAt }: AppliedMigration): string {
  const version = tag ?? `one of ${new Date(writtenAt).toISOString()}`;
  return `${version} that this build does not know`;
}
