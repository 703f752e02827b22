import type { LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import type { Clock } from '@stellar-insights/lifecycle';

const LOOK_EVERY_MS = 10_000;

/**
 * Asks the source for its latest ledger now and then, as a follower that lags does not know by how much. Begins with the
 * first ledger that the source is known to have.
 */
export class TipWatch implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  readonly #watching: Promise<void>;
  #latestKnown: LedgerSequence | undefined;

  constructor(source: LedgerSource, onTip: (tip: LedgerSequence) => Promise<void>, clock: Clock) {
    this.#clock = clock;
    this.#watching = this.#watch(source, onTip);
  }

  /** The source has at least this ledger. */
  sourceHas(ledger: LedgerSequence): void {
    if (this.#latestKnown === undefined || ledger > this.#latestKnown) this.#latestKnown = ledger;
    this.#begun.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    this.#begun.resolve();
    await this.#watching;
  }

  async #watch(source: LedgerSource, onTip: (tip: LedgerSequence) => Promise<void>): Promise<void> {
    const { signal } = this.#ended;
    await this.#begun.promise;
    while (!signal.aborted && this.#latestKnown !== undefined) {
      try {
        const latest = await source.latest(signal, this.#latestKnown);
        if (latest !== null) {
          this.#latestKnown = latest.sequence;
          await onTip(latest.sequence);
        }
      } catch {
        // The follower reads the same source and reports its faults.
      }
      await this.#clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined);
    }
  }
}
