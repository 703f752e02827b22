import { expect, vi } from 'vitest';
import type { WorkerProcess } from './worker-process.ts';

export const PATIENCE_MS = 15_000;

/** Resolves once the probe gets such an answer. */
export function answers(worker: WorkerProcess, path: string, status: number, body: RegExp): Promise<void> {
  return vi.waitFor(async () => {
    const answer = await worker.get(path);
    expect(answer).toEqual({ status, body: expect.stringMatching(body) as string });
  }, PATIENCE_MS);
}
