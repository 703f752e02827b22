import type { Logger } from '@stellar-insights/lifecycle';

const REMIND_MS = 60_000;

/** Logs an error that comes again and again once, and then once a minute. */
export class RepeatedError {
  readonly #log: Logger;
  readonly #facts: object;
  #last: string | undefined;
  #loggedAt = -Infinity;

  constructor(log: Logger, facts: object) {
    this.#log = log;
    this.#facts = facts;
  }

  occurred(error: Error): void {
    const now = performance.now();
    if (error.message === this.#last && now - this.#loggedAt < REMIND_MS) return;
    this.#last = error.message;
    this.#loggedAt = now;
    this.#log.warn({ ...this.#facts, err: error }, error.message);
  }

  /** The next error is news again. */
  over(): void {
    this.#last = undefined;
  }
}
