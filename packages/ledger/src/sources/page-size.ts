/** Full pages at one size before a larger one is tried: at first, and at most. */
const PAGES_BEFORE_GROWTH = 16;
const MAX_PAGES_BEFORE_GROWTH = 1024;

/**
 * How many ledgers to ask for at a time. A refused page halves it, down to one; after some full pages it grows by a quarter.
 * If the larger page is refused, it goes back to the last size that was served, and the next trial waits twice as long.
 */
export class PageSize {
  readonly #max: number;
  #current: number;
  /** The size before the last growth, until a page of the new size was served. */
  #proven: number | undefined;
  #served = 0;
  #pagesBeforeGrowth = PAGES_BEFORE_GROWTH;

  constructor(max: number) {
    this.#max = this.#current = max;
  }

  get current(): number {
    return this.#current;
  }

  /** A page came with this many ledgers. */
  served(ledgers: number): void {
    if (ledgers < this.#current) return;
    if (this.#proven !== undefined) {
      this.#proven = undefined;
      this.#pagesBeforeGrowth = PAGES_BEFORE_GROWTH;
    }
    if (++this.#served < this.#pagesBeforeGrowth || this.#current === this.#max) return;
    this.#served = 0;
    this.#proven = this.#current;
    this.#current = Math.min(this.#max, this.#current + Math.ceil(this.#current / 4));
  }

  /** A page of this many ledgers was refused; returns whether the next one will be smaller. */
  refused(ledgers: number): boolean {
    if (ledgers === 1) return false;
    this.#served = 0;
    if (this.#proven !== undefined && this.#proven < ledgers) {
      this.#current = this.#proven;
      this.#pagesBeforeGrowth = Math.min(this.#pagesBeforeGrowth * 2, MAX_PAGES_BEFORE_GROWTH);
    } else {
      this.#current = Math.max(1, Math.floor(ledgers / 2));
    }
    this.#proven = undefined;
    return true;
  }
}
