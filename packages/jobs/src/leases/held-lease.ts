import { within, type Clock } from '@stellar-insights/lifecycle';
import { LeaseLostError } from './errors.ts';
import type { Lease } from './lease.ts';

const RENEWALS_PER_LEASE = 4;
const RELEASE_TIMEOUT_MS = 1000;

/**
 * A lease while it is held: renewed four times in its length.
 *
 * held ── not renewed in time | taken by another holder ──► lost
 * held, lost ── dispose ──► released
 */
export class HeldLease implements AsyncDisposable {
  readonly #lease: Lease;
  readonly #clock: Clock;
  readonly #lost = new AbortController();
  readonly #released = new AbortController();
  #cancelExpiry = (): void => undefined;
  #lastError: unknown;

  /** @param since when the lease was asked for, by the clock: it cannot have begun earlier. */
  constructor(lease: Lease, since: number, clock: Clock) {
    this.#lease = lease;
    this.#clock = clock;
    this.#expectRenewal(since);
    void this.#renew();
  }

  /** Aborts, with a `LeaseLostError`, when another holder may begin. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#released.abort();
    this.#cancelExpiry();
    // Also if it was lost: nobody may have taken it. A lease that cannot be released expires, so nothing waits for long.
    const releasing = this.#lease.release().catch(() => undefined);
    await within(RELEASE_TIMEOUT_MS, releasing, this.#clock);
  }

  async #renew(): Promise<void> {
    const everyMs = (this.#lease.seconds * 1000) / RENEWALS_PER_LEASE;
    const ended = AbortSignal.any([this.#lost.signal, this.#released.signal]);
    for (;;) {
      await this.#clock.sleep(everyMs, ended).catch(() => undefined);
      if (ended.aborted) return;
      const since = this.#clock.now();
      try {
        if (!(await this.#lease.renew())) return this.#lose('that another holder has taken the lease');
        this.#expectRenewal(since);
      } catch (error) {
        // The database may come back before the lease expires.
        this.#lastError = error;
      }
    }
  }

  #expectRenewal(since: number): void {
    if (this.#lost.signal.aborted || this.#released.signal.aborted) return;
    this.#cancelExpiry();
    const { seconds } = this.#lease;
    this.#cancelExpiry = this.#clock.after(since + seconds * 1000 - this.#clock.now(), () =>
      this.#lose(`no renewal in ${seconds} s`),
    );
  }

  #lose(found: string): void {
    if (this.#released.signal.aborted) return;
    this.#cancelExpiry();
    this.#lost.abort(new LeaseLostError(found, { cause: this.#lastError }));
  }
}
