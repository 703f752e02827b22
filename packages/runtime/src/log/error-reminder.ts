import { systemClock, type Clock, type Logger } from '@stellar-insights/lifecycle';

const REMIND_MS = 60_000;

/** Logs an error that keeps occurring: once, and then once a minute. */
export class ErrorReminder {
  readonly #log: Logger;
  readonly #facts: object;
  readonly #clock: Pick<Clock, 'now'>;
  #lastMessage: string | undefined;
  #loggedAt = -Infinity;

  /** @param facts fields of each line, e.g. `{ queue }` */
  constructor(log: Logger, facts: object, clock: Pick<Clock, 'now'> = systemClock) {
    this.#log = log;
    this.#facts = facts;
    this.#clock = clock;
  }

  occurred(error: Error): void {
    const now = this.#clock.now();
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
