import { resolve } from 'node:path';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { startProgram } from '@stellar-insights/devstack/vitest';
import { expect } from 'vitest';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');

export type Env = Readonly<Record<string, string>>;

interface LogLine {
  readonly err?: { readonly code?: string };
}

export const CLEAN_STOP = { code: 0, signal: null };

/** A worker in a process of its own, which ends with the test at the latest. */
export function startWorker(env: Env): Promise<TestProgram> {
  return startProgram({
    name: 'worker',
    args: [MAIN],
    env: { WORKER_HEALTH_PORT: '0', ...env },
    port: /"port":(\d+)\},"msg":"health and metrics are served"/,
  });
}

export function startWorkers(count: number, env: Env): Promise<TestProgram[]> {
  return Promise.all(Array.from({ length: count }, () => startWorker(env)));
}

/** Resolves once the worker's health server answers like this. */
export async function answers(
  worker: TestProgram,
  path: string,
  status: number,
  body: RegExp,
): Promise<void> {
  await eventually(
    async () => {
      const response = await worker.get(path);
      const answer = { status: response.status, body: await response.text() };
      expect(answer).toEqual({ status, body: expect.stringMatching(body) as string });
    },
    { what: `${status} from ${path} that matches ${String(body)}` },
  );
}

/** Resolves once the worker has logged an error of that code. */
export async function loggedError(worker: TestProgram, code: string): Promise<void> {
  await worker.logged<LogLine>(({ err }) => err?.code === code);
}

/** A worker that has started stops with exit 0. */
export async function expectCleanStop(workers: readonly TestProgram[]): Promise<void> {
  for (const worker of workers) {
    await answers(worker, '/health/ready', 200, /"status":"ready"/);
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  }
}
