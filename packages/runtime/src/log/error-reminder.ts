import type { Logger } from '@stellar-insights/lifecycle';

const REMIND_MS = 60_000;

/** Logs an error that keeps occurring: once, and then once a minute. */
export class ErrorReminder {
  readonly #log: Logger;
  readonly #facts: object;
  #lastMessage: string | undefined;
  #loggedAt = -Infinity;

  /** @param facts fields of each line, e.g. `{ queue }` */
  constructor(log: Logger, facts: object) {
    this.#log = log;
    this.#facts = facts;
  }

  occurred(error: Error): void {
    const now = performance.now();
    if (error.message === this.#lastMessage && now - this.#loggedAt < REMIND_MS) return;
    this.#lastMessage = error.message;
    this.#loggedAt = now;
    this.#log.warn({ ...this.#facts, err: error }, error.message);
  }

  /** The trouble is over: the next error is logged at once, even if it is the same. */
  over(): void {
    this.#lastMessage = undefined;
  }
}
