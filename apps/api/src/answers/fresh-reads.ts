import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { within } from '@stellar-insights/runtime/time';
import { SharedComputation } from '../cache/shared-computation.ts';

/** After that a read that does not come back keeps nobody waiting: the next one begins beside it. */
const WAIT_MS = 50;
/** After a read that so many share, the next one waits so long for those that come: under load, a read costs more than it. */
const MANY = 8;
const PAUSE_MS = 5;

interface Running {
  readonly reading: Promise<unknown>;
  readonly isBusy: boolean;
}

/**
 * Reads that many requests make at once, such as that of the last ledger. Whoever asks joins a read that has not begun yet, so
 * what it gets is no older than its question; that read begins when the one before has ended.
 */
export class FreshReads {
  readonly #waiting = new Map<string, SharedComputation<unknown>>();
  readonly #running = new Map<string, Running>();

  /** Reads of one name are the same. */
  async read<T>(name: string, read: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const waiting = this.#waiting.get(name) as SharedComputation<T> | undefined;
    if (waiting !== undefined && !waiting.isAborted) return await waiting.join(signal);
    const next: SharedComputation<T> = new SharedComputation(async (shared) => {
      await this.#turn(name);
      if (this.#waiting.get(name) === next) this.#waiting.delete(name);
      shared.throwIfAborted();
      return await this.#run(name, read(shared), next.callers >= MANY);
    });
    this.#waiting.set(name, next);
    return await next.join(signal);
  }

  /** Resolves when the next read of this name may begin. */
  async #turn(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running !== undefined && (await within(WAIT_MS, running.reading)) && running.isBusy) {
      await sleep(PAUSE_MS);
    } else {
      // The requests that have arrived in this turn join.
      await nextTurn();
    }
  }

  async #run<T>(name: string, reading: Promise<T>, isBusy: boolean): Promise<T> {
    const running = { reading: reading.catch(() => undefined), isBusy };
    this.#running.set(name, running);
    try {
      return await reading;
    } finally {
      if (this.#running.get(name) === running) this.#running.delete(name);
    }
  }
}
