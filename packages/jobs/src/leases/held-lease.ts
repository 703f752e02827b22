import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLostError } from './errors.ts';
import type { Lease } from './lease.ts';

const RENEWALS_PER_LEASE = 4;
const RELEASE_MS = 1000;

/**
 * A lease while it is held, renewed four times in its length.
 *
 * held ── not renewed in time | taken by another ──► lost;   held, lost ── dispose ──► ended, released
 */
export class Tenure implements AsyncDisposable {
  readonly #lease: Lease;
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #expiry: NodeJS.Timeout | undefined;
  #lastError: unknown;

  /** @param since when the lease was asked for, by `performance.now()`: it cannot have begun earlier. */
  constructor(lease: Lease, since: number) {
    this.#lease = lease;
    this.#expectRenewal(since);
    void this.#renew();
  }

  /** Aborts, with a `LeaseLostError`, when another holder may begin. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#expiry);
    // Also where it was lost: nobody may have taken it. One that cannot be released ends by itself, so nothing waits long.
    const released = new AbortController();
    const patience = sleep(RELEASE_MS, undefined, { signal: released.signal }).catch(() => undefined);
    await Promise.race([this.#lease.release().catch(() => undefined), patience]);
    released.abort();
  }

  async #renew(): Promise<void> {
    const { signal } = this.#ended;
    const everyMs = (this.#lease.seconds * 1000) / RENEWALS_PER_LEASE;
    while (!this.#lost.signal.aborted && (await sleep(everyMs, true, { signal }).catch(() => false))) {
      const asked = performance.now();
      try {
        if (!(await this.#lease.renew())) return this.#lose('that another holder has taken it');
        this.#expectRenewal(asked);
      } catch (error) {
        // The database may come back before the time is up.
        this.#lastError = error;
      }
    }
  }

  #expectRenewal(since: number): void {
    if (this.#lost.signal.aborted || this.#ended.signal.aborted) return;
    clearTimeout(this.#expiry);
    const { seconds } = this.#lease;
    this.#expiry = setTimeout(
      () => this.#lose(`no renewal in ${seconds} s`),
      since + seconds * 1000 - performance.now(),
    );
  }

  #lose(found: string): void {
    if (this.#ended.signal.aborted) return;
    clearTimeout(this.#expiry);
    this.#lost.abort(new LeaseLostError(found, { cause: this.#lastError }));
  }
}
