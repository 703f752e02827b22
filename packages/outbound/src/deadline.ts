import type { Clock } from '@stellar-insights/runtime/time';
import { OutboundError } from './errors.ts';

/** One limit for everything that a request does. Its signal aborts when the time is up or the caller's signal aborts. */
export class Deadline implements Disposable {
  readonly #ms: number;
  readonly #expired = new Error('deadline');
  readonly #controller = new AbortController();
  readonly #cancelTimer: () => void;
  readonly #callersSignal: AbortSignal | undefined;
  readonly #onCallersAbort = (): void => this.#controller.abort(this.#callersSignal?.reason);

  constructor(ms: number, clock: Pick<Clock, 'after'>, callersSignal?: AbortSignal) {
    this.#ms = ms;
    this.#callersSignal = callersSignal;
    this.#cancelTimer = clock.after(ms, () => this.#controller.abort(this.#expired));
    if (callersSignal?.aborted === true) this.#onCallersAbort();
    else callersSignal?.addEventListener('abort', this.#onCallersAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for `work` until the signal aborts; how `work` ends later is ignored. */
  async race<T>(work: Promise<T>, awaited: string): Promise<T> {
    const ended = Promise.withResolvers<never>();
    const abort = (): void => ended.reject(this.signal.reason);
    if (this.signal.aborted) abort();
    else this.signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([work, ended.promise]);
    } catch (error) {
      throw this.explain(error, awaited, {});
    } finally {
      this.signal.removeEventListener('abort', abort);
    }
  }

  /** `timed_out` in place of this deadline's own reason; any other error as it is. */
  explain(
    error: unknown,
    awaited: string,
    facts: { address?: string; status?: number | undefined },
  ): unknown {
    if (error !== this.#expired) return error;
    return new OutboundError(
      'timed_out',
      `found no ${awaited} within ${this.#ms} ms, expected the whole response by then`,
      {
        retryable: true,
        ...facts,
      },
    );
  }

  [Symbol.dispose](): void {
    this.#cancelTimer();
    this.#callersSignal?.removeEventListener('abort', this.#onCallersAbort);
  }
}
