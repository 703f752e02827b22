import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree } from '@stellar-insights/devstack';

const PATIENCE_MS = 20_000;

/** What a program may leave behind. */
export interface Traces {
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  /** Its temporary folder, which has to be empty afterwards. */
  readonly folder: string;
}

export interface Left {
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  readonly files: readonly string[];
}

export const NOTHING: Left = { pids: [], ports: [], files: [] };

/** What is left: looks until that is nothing, but no longer than 20 s. */
export async function leftOf({ pids, ports, folder }: Traces): Promise<Left> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(50)) {
    const listening = await Promise.all(ports.map(accepts));
    const left: Left = {
      pids: pids.filter((pid) => processTree(pid).length > 0),
      ports: ports.filter((_, place) => listening[place]),
      files: readdirSync(folder),
    };
    const count = left.pids.length + left.ports.length + left.files.length;
    if (count === 0 || Date.now() > deadline) return left;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
