import { LinkedAbort } from './linked-abort.ts';

/**
 * Reads items 0, 1, 2 … of a sequence before they are asked for and hands them out in order. Its width is how many it
 * reads at a time: one at first, then twice as many with every item taken, up to `limit`, so that near the end of a
 * growing sequence little is asked for in vain.
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

  /** The next item. Must not be called again before its promise has settled, nor beyond `count`. */
  async take(): Promise<T> {
    while (this.#reads.length < this.#width && this.#next < this.#count) this.#begin();
    const read = this.#reads.shift();
    if (read === undefined) throw new RangeError('read beyond the end of the sequence');
    const item = await read;
    this.#width = Math.min(this.#limit, this.#width * 2);
    return item;
  }

  /** Stops what is being read and waits until it has stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#scope.abort(new Error('the reader has stopped'));
    this.#scope[Symbol.dispose]();
    await Promise.allSettled(this.#reads);
  }

  #begin(): void {
    const read = this.#read(this.#next++, this.#scope.signal);
    // A failure is thrown when its turn comes; until then it must not count as unhandled.
    read.catch(() => {});
    this.#reads.push(read);
  }
}
