import { systemClock, type Clock, type Logger } from '@stellar-insights/lifecycle';

const REMIND_MS = 60_000;
/** So many messages are told apart. One of all others is logged once a minute. */
const MESSAGES = 100;
const ANY_OTHER = Symbol('any other message');

/** Logs what keeps occurring: once, and then once a minute. Errors that alternate are each logged once a minute. */
export class ErrorReminder {
  readonly #log: Logger;
  readonly #facts: object;
  readonly #clock: Pick<Clock, 'now'>;
  /** When each message was logged, by message. */
  readonly #logged = new Map<string | symbol, number>();

  /** @param facts fields of each line, e.g. `{ queue }` */
  constructor(log: Logger, facts: object, clock: Pick<Clock, 'now'> = systemClock) {
    this.#log = log;
    this.#facts = facts;
    this.#clock = clock;
  }

  /** Anything but an Error is logged as its text. */
  occurred(error: unknown): void {
    const err = error instanceof Error ? error : new Error(String(error));
    this.warn(err.message, { err });
  }

  /** For what is no error; `facts` are added to those of every line. */
  warn(message: string, facts: object = {}): void {
    if (this.#isDue(message)) this.#log.warn({ ...this.#facts, ...facts }, message);
  }

  /** The trouble is over: the next error is logged at once, even if it is the same. */
  over(): void {
    this.#logged.clear();
  }

  #isDue(message: string): boolean {
    const now = this.#clock.now();
    if (this.#logged.size >= MESSAGES) this.#forgetBefore(now - REMIND_MS);
    const isKnown = this.#logged.has(message) || this.#logged.size < MESSAGES;
    const key = isKnown ? message : ANY_OTHER;
    const loggedAt = this.#logged.get(key) ?? -Infinity;
    if (now - loggedAt < REMIND_MS) return false;
    this.#logged.set(key, now);
    return true;
  }

  #forgetBefore(time: number): void {
    for (const [message, loggedAt] of this.#logged) if (loggedAt <= time) this.#logged.delete(message);
  }
}
