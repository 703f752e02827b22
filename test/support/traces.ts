import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { processTree } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect } from 'vitest';

/** What a program may leave behind. */
export interface Traces {
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  /** Its temporary folder, which has to be empty afterwards. */
  readonly folder: string;
}

/** Waits until no process, open port or file is left. */
export async function expectNothingLeft({ pids, ports, folder }: Traces): Promise<void> {
  await eventually(
    async () => {
      const listening = await Promise.all(ports.map(accepts));
      expect({
        pids: pids.filter((pid) => processTree(pid).length > 0),
        ports: ports.filter((_, place) => listening[place]),
        files: readdirSync(folder),
      }).toEqual({ pids: [], ports: [], files: [] });
    },
    { what: 'no process, port or file of the program' },
  );
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
