import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ChunkMessage } from '../programs/backfill-thread.ts';

/** Threads that load chunks, each one at a time. */
export class LoadingThreads implements AsyncDisposable {
  readonly #threads: readonly Worker[];

  constructor(count: number) {
    const program = new URL('../programs/backfill-thread.ts', import.meta.url);
    this.#threads = Array.from({ length: count }, () => new Worker(program));
  }

  /** `onLoaded` is called after each. */
  async load(chunks: readonly ChunkMessage[], onLoaded: (message: ChunkMessage) => void): Promise<void> {
    const queue = [...chunks];
    const lane = async (thread: Worker): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await ask(thread, next);
        onLoaded(next);
      }
    };
    await Promise.all(this.#threads.map(lane));
    await Promise.all(this.#threads.map((thread) => ask(thread, null)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

async function ask(thread: Worker, message: ChunkMessage | null): Promise<void> {
  const answer = once(thread, 'message');
  thread.postMessage(message, []);
  await answer;
}
