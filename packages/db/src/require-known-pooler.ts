import type { Database } from './database.ts';
import { SET_POOLER } from './database-error.ts';
import { DatabaseRefusedError } from './errors.ts';

/**
 * Resolves if the server itself answers. A pooler that nobody named drops the limits of a session, and one that shares
 * sessions loses prepared statements, after which queries hang.
 *
 * @throws DatabaseRefusedError
 */
export async function requireKnownPooler(db: Database): Promise<void> {
  const rows = await db.run(({ sql }) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
  // A pooler tells its clients a process id of its own making.
  const [row] = rows;
  if (row?.pid === rows.state.pid) return;
  throw new DatabaseRefusedError(
    'another process answers than the one that accepted the connection',
    SET_POOLER('DATABASE_URL'),
  );
}
