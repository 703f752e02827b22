/** Looks in the time between two ledgers. */
const LOOKS = 4;
const LEAST_MS = 50;

/**
 * How long to wait between two looks for the next item at the tip: the longest wait, or a quarter of the time in which the last
 * items came, if that is shorter. If the next one takes longer than they did, the waits grow with it.
 */
export class TipPace {
  readonly #mostMs: number;
  /** Undefined until an item was waited for. */
  #intervalMs: number | undefined;
  #waitedMs = 0;
  #came = 0;

  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** An item came, whether it was waited for or not. */
  came(): void {
    this.#came += 1;
  }

  /** The wait before the next look. */
  nextWait(): number {
    if (this.#came > 0 && this.#waitedMs > 0) {
      const intervalMs = this.#waitedMs / this.#came;
      this.#intervalMs = ((this.#intervalMs ?? intervalMs) + intervalMs) / 2;
    }
    if (this.#came > 0) this.#waitedMs = 0;
    this.#came = 0;
    const expected = Math.max(this.#intervalMs ?? Infinity, this.#waitedMs);
    const wait = Math.min(this.#mostMs, Math.max(LEAST_MS, expected / LOOKS));
    this.#waitedMs += wait;
    return wait;
  }
}
