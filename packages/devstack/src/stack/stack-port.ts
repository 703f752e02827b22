import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PortTakenError, ServerStartError } from '../errors.ts';
import { freePort, portIsFree } from '../free-port.ts';

const ATTEMPTS = 5;

/** Which port a program of the stack listens to. */
export interface PortWish {
  /** E.g. `redis`. */
  readonly name: string;
  /** Used if it is free and no port is remembered. */
  readonly preferred: number;
  /** The variable that fixes the port, and its value if it is set. */
  readonly variable: string;
  readonly fixed?: number | undefined;
}

/**
 * The fixed port; else the one of the last time, else the preferred one, else a free one. It is remembered in the stack's
 * folder, so that several checkouts can run at once and each keeps its ports.
 *
 * @throws PortTakenError if the fixed port is taken
 */
export async function choosePort(stackFolder: string, wish: PortWish): Promise<number> {
  const { name, variable, fixed, preferred } = wish;
  if (fixed !== undefined) {
    if (await portIsFree(fixed)) return fixed;
    throw new PortTakenError(name, fixed, variable);
  }
  const file = join(stackFolder, `${name}.port`);
  const remembered = Number(await readFile(file, 'utf8').catch(() => preferred));
  const port = (await portIsFree(remembered)) ? remembered : await freePort();
  await mkdir(stackFolder, { recursive: true });
  await writeFile(file, `${port}\n`);
  return port;
}

/** Starts a server on a port that `choosePort` chose, and on another one if that port was taken meanwhile. */
export async function startOnPort(
  stackFolder: string,
  wish: PortWish,
  start: (port: number) => Promise<void>,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(stackFolder, wish);
    try {
      await start(port);
      return port;
    } catch (error) {
      if (!(error instanceof ServerStartError && error.portTaken)) throw error;
      if (wish.fixed !== undefined || attempt === ATTEMPTS) {
        throw new PortTakenError(wish.name, port, wish.variable, { cause: error });
      }
    }
  }
}
