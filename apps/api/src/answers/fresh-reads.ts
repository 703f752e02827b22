import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '@stellar-insights/runtime/time';
import { SharedComputation } from '../cache/shared-computation.ts';

/** After that a read that does not come back keeps nobody waiting: the next one begins beside it. */
const WAIT_MS = 50;
/** How long a read waits at most for those who still come: under load it costs more than what it is read for. */
const GATHER_MS = 5;

/**
 * Reads that many requests make at once, such as that of the last ledger. Whoever asks joins a read that has not begun yet, so
 * what it gets is no older than its question. A read begins when the one before has ended, and nobody else joins at the moment.
 */
export class FreshReads {
  readonly #waiting = new Map<string, SharedComputation<unknown>>();
  readonly #running = new Map<string, Promise<unknown>>();

  /** Reads of one name are the same. */
  async read<T>(name: string, read: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const waiting = this.#waiting.get(name) as SharedComputation<T> | undefined;
    if (waiting !== undefined && !waiting.isAborted) return await waiting.join(signal);
    const next: SharedComputation<T> = new SharedComputation(async (shared) => {
      await within(WAIT_MS, this.#running.get(name) ?? Promise.resolve());
      await gathered(() => next.callers);
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

/** Resolves once a turn of the event loop has brought nobody. */
async function gathered(callers: () => number): Promise<void> {
  const until = performance.now() + GATHER_MS;
  for (let before = -1; before < callers() && performance.now() < until;) {
    before = callers();
    await nextTurn();
  }
}
