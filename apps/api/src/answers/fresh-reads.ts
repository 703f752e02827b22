import { within } from '@stellar-insights/runtime/time';
import { SharedComputation } from '../cache/shared-computation.ts';

/** After that a read that does not come back keeps nobody waiting: the next one begins beside it. */
const WAIT_MS = 50;

/**
 * Reads that many requests make at once, such as that of the last ledger. Whoever asks joins a read that has not begun yet, so
 * what it gets is no older than its question; that read begins when the one before has ended.
 */
export class FreshReads {
  readonly #waiting = new Map<string, SharedComputation<unknown>>();
  readonly #running = new Map<string, Promise<unknown>>();

  /** Reads of one name are the same. */
  async read<T>(name: string, read: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const waiting = this.#waiting.get(name) as SharedComputation<T> | undefined;
    if (waiting !== undefined && !waiting.isAborted) return await waiting.join(signal);
    const next = new SharedComputation(async (shared) => {
      await within(WAIT_MS, this.#running.get(name) ?? Promise.resolve());
      if (this.#waiting.get(name) === next) this.#waiting.delete(name);
      shared.throwIfAborted();
      return await this.#run(name, read(shared));
    });
    this.#waiting.set(name, next);
    return await next.join(signal);
  }

  async #run<T>(name: string, reading: Promise<T>): Promise<T> {
    const running = reading.catch(() => undefined);
    this.#running.set(name, running);
    try {
      return await reading;
    } finally {
      if (this.#running.get(name) === running) this.#running.delete(name);
    }
  }
}
