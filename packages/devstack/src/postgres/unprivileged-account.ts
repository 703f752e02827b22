import { runProgram } from '../run-program.ts';
import { PostgresUnavailableError } from './errors.ts';
import type { Account } from '../supervisor/protocol.ts';

/** The account that Postgres runs as: `nobody`, since it refuses to run as root. Undefined if this process is not root. */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([idOfNobody('-u'), idOfNobody('-g')]);
  return { uid, gid };
}

async function idOfNobody(flag: '-u' | '-g'): Promise<number> {
  const { code, output } = await runProgram('id', [flag, 'nobody']);
  if (code !== 0) {
    const found = `this process to be root, which Postgres refuses, and no account nobody (${output.trim()})`;
    throw new PostgresUnavailableError(found, 'run as another user');
  }
  return Number(output);
}
