import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/* The peer: psql's `\\copy` of rows that are ready in a file, in Postgres' binary format. */

/** Runs one command, in a transaction of its own. */
export async function psql(url: string, command: string): Promise<void> {
  await run('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--command', command, url]);
}
