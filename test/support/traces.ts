import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { processTree } from '@stellar-insights/devstack';
import { expect, vi } from 'vitest';

const GONE = { timeout: 20_000, interval: 50 };

/** What a program may leave behind. */
export interface Traces {
  readonly pids: readonly number[];
  readonly ports: readonly number[];
  /** Its temporary folder, which has to be empty afterwards. */
  readonly folder: string;
}

export async function expectNothingLeft({ pids, ports, folder }: Traces): Promise<void> {
  await vi.waitFor(() => expect(pids.filter((pid) => processTree(pid).length > 0)).toEqual([]), GONE);
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]), GONE);
  expect(await Promise.all(ports.map(refuses))).toEqual(ports.map(() => true));
}

function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(!socket.destroy()));
    socket.once('error', () => resolve(true));
  });
}
