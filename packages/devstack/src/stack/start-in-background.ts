import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { serverEnv, type Program } from '../supervisor/protocol.ts';
import { untilReady } from '../until-ready.ts';

/**
 * Starts a server that outlives this process and its terminal; resolves once it listens. Its output replaces the file `log`.
 *
 * @throws ServerStartError if it does not become ready
 */
export async function startInBackground(
  name: string,
  program: Program,
  { log, folder }: { readonly log: string; readonly folder: string },
): Promise<void> {
  const file = openSync(log, 'w');
  const child = spawn(program.command, program.args, {
    ...program.account,
    argv0: program.argv0 ?? program.command,
    cwd: folder,
    env: serverEnv(program),
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  let ended: string | undefined;
  child.once('error', (error) => (ended = `could not be run (${error.message})`));
  child.once('exit', () => (ended ??= 'ended'));
  child.unref();
  try {
    await untilReady(name, log, () => ended);
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
}
