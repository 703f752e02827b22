import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerStartError } from './errors.ts';

const LIMIT_MS = 60_000;
const LOG_TAIL = 2000;
// What Postgres, Redis and Valkey all print once they listen. A probe of the port could reach another server.
const READY = /ready to accept connections/i;

/**
 * Resolves once the log of a server says that it listens. `ended` is undefined while the server runs, and says how it ended.
 *
 * @throws ServerStartError if it ends first, or is not ready within a minute
 */
export async function untilReady(
  name: string,
  log: string,
  ended: () => string | undefined,
  ready: RegExp = READY,
): Promise<void> {
  for (const deadline = Date.now() + LIMIT_MS; ; await sleep(10)) {
    const how = ended();
    const text = await readFile(log, 'utf8');
    if (how !== undefined) throw new ServerStartError(name, how, text.slice(-LOG_TAIL));
    if (ready.test(text)) return;
    if (Date.now() > deadline) {
      throw new ServerStartError(name, `was not ready after ${LIMIT_MS} ms`, text.slice(-LOG_TAIL));
    }
  }
}
