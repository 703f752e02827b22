import { LinkedAbort } from '@stellar-insights/runtime/time';

/**
 * Reads items 0, 1, 2 … of a sequence ahead and returns them in order. Its width is the number of items that it reads at
 * a time. The width is one at first and doubles with every item taken, up to `limit`: near the end of a growing sequence
 * few reads are wasted.
 */
export class ReadAhead<T> implements AsyncDisposable {
  readonly #read: (index: number, signal: AbortSignal) => Promise<T>;
  readonly #count: number;
  readonly #limit: number;
  readonly #scope: LinkedAbort;
  readonly #reads: Promise<T>[] = [];
  #next = 0;
  #width = 1;

  /** @param options.count the length of the sequence, possibly `Infinity`. */
  constructor(
    read: (index: number, signal: AbortSignal) => Promise<T>,
    options: { count: number; limit: number; signal: AbortSignal },
  ) {
    this.#read = read;
    this.#count = options.count;
    this.#limit = options.limit;
    this.#scope = new LinkedAbort(options.signal);
  }

  /** The next item. Call it at most `count` times, each time after the promise before has settled. */
  async take(): Promise<T> {
    while (this.#reads.length < this.#width && this.#next < this.#count) this.#begin();
    const read = this.#reads.shift();
    if (read === undefined)
      throw new RangeError('found no further item, expected take() at most count times');
    const item = await read;
    this.#width = Math.min(this.#limit, this.#width * 2);
    return item;
  }

  /** Aborts all reads and waits for their ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.abort(new Error('the reader has stopped'));
    this.#scope[Symbol.dispose]();
    await Promise.allSettled(this.#reads);
  }

  #begin(): void {
    const read = this.#read(this.#next++, this.#scope.signal);
    // A failure is thrown when its turn comes; until then it must not count as an unhandled rejection.
    read.catch(() => {});
    this.#reads.push(read);
  }
}
