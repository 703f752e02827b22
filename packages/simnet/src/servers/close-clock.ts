import { performance } from 'node:perf_hooks';

/**
 * Calls `close` every `everyMs` until it is disposed. A tick that comes late does not put off those after it: missed ones
 * are made up for one by one, with time between them to serve.
 */
export class CloseClock implements Disposable {
  readonly #everyMs: number;
  readonly #close: () => void;
  #due: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(everyMs: number, close: () => void) {
    this.#everyMs = everyMs;
    this.#close = close;
    this.#due = performance.now();
    this.#wait();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#due += this.#everyMs;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#due - performance.now()));
  }

  #tick(): void {
    this.#wait();
    this.#close();
  }
}
