import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { CopyFile } from '@stellar-insights/db/testing';

const run = promisify(execFile);

/* The peer: psql's `\\copy` of rows that are ready in a file, in Postgres' binary format. */

/** Runs commands in one session, each in a transaction of its own. */
export async function psql(url: string, commands: readonly string[]): Promise<void> {
  const each = commands.flatMap((command) => ['--command', command]);
  await run('psql', ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', ...each, url]);
}

/** Writes rows into a file. Returns the command that copies it. */
export async function copyCommand({ table, columns, bytes }: CopyFile, file: string): Promise<string> {
  await writeFile(file, bytes);
  return String.raw`\copy ${table} (${columns}) from '${file}' (format binary)`;
}
