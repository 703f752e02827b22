import type { Database, RunOptions } from './database.ts';

/**
 * The database's own uuid, for names in services that several databases share. A restored or renamed database keeps it.
 *
 * @throws DatabaseUnavailableError; the signal's reason
 */
export async function readDatabaseIdentity(
  db: Database,
  options?: Pick<RunOptions, 'signal'>,
): Promise<string> {
  const [row] = await db.run(
    ({ sql }) => sql<{ id: string }[]>`select id::text as id from database_identity`,
    options,
  );
  if (row === undefined) throw new TypeError('found a database without an identity; run `insights migrate`');
  return row.id;
}
