import { within, type Clock, type CloseContext, type Resource } from '@stellar-insights/lifecycle';
import type { Chunk, ChunkOutcome } from './chunk.ts';
import { LoadingThread, type LoadOptions, type ThreadOptions } from './loading-thread.ts';

/** A thread that is not needed for so long is ended, with its connections. */
const IDLE_MS = 30_000;
const END_TIMEOUT_MS = 1000;

export interface ChunkThreadsOptions extends ThreadOptions {
  readonly clock: Clock;
}

/**
 * Threads that load chunks, as many as are needed at a time. They leave the main thread free for locks, health and stops, and
 * what ends one of them is an error of its chunk.
 */
export class ChunkThreads implements Resource {
  readonly name = 'backfill threads';
  readonly #options: ChunkThreadsOptions;
  readonly #all = new Set<LoadingThread>();
  /** Each with what cancels its end. */
  readonly #idle = new Map<LoadingThread, () => void>();

  constructor(options: ChunkThreadsOptions) {
    this.#options = options;
  }

  /** @throws ErrorOfThread, ChunkThreadError, the reason of `signal` */
  async load(chunk: Chunk, options: LoadOptions): Promise<ChunkOutcome> {
    options.signal.throwIfAborted();
    if (options.stopping.aborted) return { done: false, ledgers: 0, transactions: 0 };
    const thread = this.#take();
    try {
      return await thread.load(chunk, options);
    } finally {
      this.#rest(thread);
    }
  }

  async close(context: CloseContext): Promise<void> {
    const ends = [...this.#all].map((thread) => this.#end(thread));
    await within(Math.min(END_TIMEOUT_MS, context.remaining()), Promise.all(ends), this.#options.clock);
    this.force();
  }

  force(): void {
    for (const thread of this.#all) thread.kill();
  }

  #take(): LoadingThread {
    const [idle] = this.#idle.keys();
    if (idle === undefined) return this.#start();
    this.#wake(idle);
    return idle;
  }

  #start(): LoadingThread {
    const thread = new LoadingThread(this.#options);
    this.#all.add(thread);
    void this.#forget(thread);
    return thread;
  }

  async #forget(thread: LoadingThread): Promise<void> {
    await thread.gone;
    this.#all.delete(thread);
    this.#wake(thread);
  }

  #rest(thread: LoadingThread): void {
    if (thread.isEnding) return;
    this.#idle.set(
      thread,
      this.#options.clock.after(IDLE_MS, () => void this.#end(thread)),
    );
  }

  #wake(thread: LoadingThread): void {
    this.#idle.get(thread)?.();
    this.#idle.delete(thread);
  }

  async #end(thread: LoadingThread): Promise<void> {
    this.#wake(thread);
    await thread.end();
  }
}
