import { AsyncLocalStorage } from 'node:async_hooks';

/** Something that a stop waits for: a request, a job, the close of a resource. */
export interface Work {
  readonly name: string;
  isOver: boolean;
}

const current = new AsyncLocalStorage<Work>();

/** The work that the code which calls this is part of. */
export function currentWork(): Work | undefined {
  return current.getStore();
}

/** Runs what begins a work; its owner says when it is over. */
export function beginWork<T>(work: Work, run: () => T): T {
  return current.run(work, run);
}

/** Runs a work that is over when `run` has ended. */
export async function doWork<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  const work = { name, isOver: false };
  try {
    return await beginWork(work, run);
  } finally {
    work.isOver = true;
  }
}
