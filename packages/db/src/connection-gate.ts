import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { DatabaseBusyError } from './errors.ts';

export interface GateOptions {
  /** How many may be inside: the connections of the pool. */
  readonly limit: number;
  /** How many may wait; the next one is refused. */
  readonly queue: number;
  /** How long one waits, in milliseconds, before it is refused. */
  readonly waitMs: number;
  /** Default: the system's. */
  readonly clock?: Clock;
}

/** The gate's present state, and what it has done since the start. */
export interface GateStatistics {
  readonly limit: number;
  readonly inUse: number;
  readonly waiting: number;
  /** All waits that have ended, and their milliseconds. */
  readonly waits: number;
  readonly waitedMs: number;
  readonly refused: { readonly queueFull: number; readonly waitedTooLong: number };
}

/** Stands before a pool, whose own queue has no bound and cannot be left: first come, first served. */
export class ConnectionGate {
  readonly #limit: number;
  readonly #queue: number;
  readonly #waitMs: number;
  readonly #clock: Clock;
  /** Each lets its waiter in. */
  readonly #waiting = new Set<() => void>();
  readonly #refused = { queueFull: 0, waitedTooLong: 0 };
  #inUse = 0;
  #waits = 0;
  #waitedMs = 0;

  constructor({ limit, queue, waitMs, clock = systemClock }: GateOptions) {
    this.#limit = limit;
    this.#queue = queue;
    this.#waitMs = waitMs;
    this.#clock = clock;
  }

  statistics(): GateStatistics {
    return {
      limit: this.#limit,
      inUse: this.#inUse,
      waiting: this.#waiting.size,
      waits: this.#waits,
      waitedMs: this.#waitedMs,
      refused: { ...this.#refused },
    };
  }

  /**
   * Runs `work` once a place is free, which it has until it ends.
   *
   * @throws DatabaseBusyError if too many wait, or this one has waited too long; the signal's reason
   */
  async pass<T>(signal: AbortSignal, work: () => PromiseLike<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#inUse >= this.#limit) await this.#wait(signal);
    else this.#inUse += 1;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  /** Resolves with the place of one that has left. */
  async #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#queue) {
      this.#refused.queueFull += 1;
      throw new DatabaseBusyError(this.#limit, this.#waiting.size);
    }
    const since = this.#clock.now();
    const turn = Promise.withResolvers<void>();
    const enter = (): void => turn.resolve();
    const giveUp = (reason: unknown): void => {
      this.#waiting.delete(enter);
      turn.reject(reason);
    };
    const abort = (): void => giveUp(signal.reason);
    const stopTimer = this.#clock.after(this.#waitMs, () => {
      this.#refused.waitedTooLong += 1;
      giveUp(new DatabaseBusyError(this.#limit, this.#waiting.size));
    });
    signal.addEventListener('abort', abort, { once: true });
    this.#waiting.add(enter);
    try {
      await turn.promise;
    } finally {
      stopTimer();
      signal.removeEventListener('abort', abort);
      this.#waits += 1;
      this.#waitedMs += this.#clock.now() - since;
    }
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#inUse -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
