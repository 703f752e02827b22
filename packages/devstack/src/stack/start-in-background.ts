import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { READY } from '../local-server.ts';
import { ServerStartError } from '../server-start-error.ts';
import type { Program } from '../supervisor/protocol.ts';
import { serverEnv } from '../supervisor/server-env.ts';

const READY_TIMEOUT_MS = 30_000;
const LOG_TAIL = 2000;

/**
 * Starts a server that outlives this process and its terminal; resolves once it listens. Its output replaces the file `log`.
 *
 * @throws ServerStartError
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
  for (const deadline = Date.now() + READY_TIMEOUT_MS; ; await sleep(20)) {
    const said = await readFile(log, 'utf8');
    if (ended !== undefined) throw new ServerStartError(name, ended, said.slice(-LOG_TAIL));
    if (READY.test(said)) return;
    if (Date.now() > deadline) {
      child.kill('SIGTERM');
      throw new ServerStartError(name, `was not ready after ${READY_TIMEOUT_MS} ms`, said.slice(-LOG_TAIL));
    }
  }
}
