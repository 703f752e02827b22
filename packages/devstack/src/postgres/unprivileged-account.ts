import { runProgram } from '../run-program.ts';
import { PostgresUnavailableError } from './postgres-unavailable-error.ts';
import type { Account } from '../supervisor/protocol.ts';

/** The account that Postgres, which refuses to run as root, runs as: `nobody`; undefined where this process is not root. */
export async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all([idOfNobody('-u'), idOfNobody('-g')]);
  return { uid, gid };
}

async function idOfNobody(flag: '-u' | '-g'): Promise<number> {
  const { code, output } = await runProgram('id', [flag, 'nobody']);
  if (code !== 0) {
    const found = `this process is root, which Postgres refuses, and there is no account nobody (${output.trim()})`;
    throw new PostgresUnavailableError(found, 'run as another user');
  }
  return Number(output);
}
