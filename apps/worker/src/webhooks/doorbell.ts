import type { Clock } from '@stellar-insights/lifecycle';

/** Wakes one who waits. A ring while nobody waits is kept for the next wait; several are one. */
export class Doorbell {
  readonly #clock: Pick<Clock, 'after'>;
  #isRung = false;
  #wake = (): void => undefined;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  ring(): void {
    this.#isRung = true;
    this.#wake();
  }

  /** Resolves at a ring, after so many milliseconds, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted && ms > 0) {
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      const cancel = this.#clock.after(ms, woken.resolve);
      signal.addEventListener('abort', this.#wake, { once: true });
      await woken.promise;
      cancel();
      signal.removeEventListener('abort', this.#wake);
      this.#wake = () => undefined;
    }
    this.#isRung = false;
  }
}
