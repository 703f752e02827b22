/**
 * One computation that several callers wait for. A caller whose signal aborts stops waiting; the computation is aborted
 * once no caller waits any more.
 */
export class SharedComputation<T> {
  readonly #abort = new AbortController();
  /** Whoever waits for this is no caller: the computation does not go on for it. */
  readonly result: Promise<T>;
  #waiting = 0;
  #hasEnded = false;

  constructor(compute: (signal: AbortSignal) => Promise<T>) {
    this.result = compute(this.#abort.signal);
    const end = (): void => void (this.#hasEnded = true);
    this.result.then(end, end);
  }

  /** How many wait. */
  get callers(): number {
    return this.#waiting;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Then it is too late to join. */
  get isAborted(): boolean {
    return this.#abort.signal.aborted;
  }

  async join(signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting += 1;
    try {
      return await Promise.race([this.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#hasEnded) this.#abort.abort(signal.reason);
    }
  }
}
