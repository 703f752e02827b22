import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import { latestLedger } from './latest-ledger.ts';

const LOOK_EVERY_MS = 10_000;

/**
 * Looks now and then how far the source has got, since ingestion that lags does not know by how much: from the first ledger
 * on that was seen.
 */
export class TipWatch implements AsyncDisposable {
  readonly #ended = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  readonly #watching: Promise<void>;
  /** The newest ledger known of. */
  #known: LedgerSequence | undefined;

  constructor(source: LedgerSource, onTip: (tip: LedgerSequence) => Promise<void>) {
    this.#watching = this.#watch(source, onTip);
  }

  /** The source has at least this ledger. */
  seen(ledger: LedgerSequence): void {
    if (this.#known === undefined || ledger > this.#known) this.#known = ledger;
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
    while (!signal.aborted && this.#known !== undefined) {
      try {
        this.seen(await latestLedger(source, this.#known, signal));
        await onTip(this.#known);
      } catch {
        // Ingestion reads the same source and names what is wrong with it.
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
