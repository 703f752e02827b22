import { LedgerFencedError, readCursor, type Database } from '@stellar-insights/db';
import type { ContinuousWork } from '@stellar-insights/jobs';
import type { LedgerHeaderFacts } from '@stellar-insights/ledger';
import type { LedgerSource } from '@stellar-insights/ledger/sources';
import { latestLedger } from './latest-ledger.ts';
import { LedgerFeed } from './ledger-feed.ts';
import { storeNext } from './store-next.ts';

export interface LedgerIngestOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  /** The network the ledgers must belong to; undefined takes the database's, or the source's. */
  readonly networkPassphrase: string | undefined;
  /** Where an empty database begins. */
  readonly startLedger: number | 'latest';
  readonly onCommitted: (ledger: LedgerHeaderFacts) => void;
}

/**
 * Follows the tip from the cursor on; a step is one ledger.
 *
 * closed ── step ──► open (the cursor was read) ── step: committed ──► open
 * open ── step: another ingester has moved the cursor ──► closed
 * open ── step: failed ──► closed, and the step throws
 */
export class LedgerIngest implements ContinuousWork {
  readonly #options: LedgerIngestOptions;
  readonly #signal: AbortSignal;
  #open: { readonly feed: LedgerFeed; readonly networkPassphrase: string } | undefined;

  constructor(options: LedgerIngestOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  async step(): Promise<void> {
    const { feed, networkPassphrase } = (this.#open ??= await this.#openFeed());
    try {
      const facts = await storeNext(this.#options.db, feed, networkPassphrase);
      if (facts !== undefined) this.#options.onCommitted(facts.header);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      if (!(error instanceof LedgerFencedError)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.feed[Symbol.asyncDispose]();
    this.#open = undefined;
  }

  async #openFeed() {
    const { db, source, startLedger } = this.#options;
    const cursor = await readCursor(db);
    const expected = this.#options.networkPassphrase ?? cursor?.networkPassphrase;
    const networkPassphrase = expected ?? (await source.networkPassphrase(this.#signal));
    const from =
      cursor === null
        ? startLedger === 'latest'
          ? await latestLedger(source, undefined, this.#signal)
          : startLedger
        : cursor.sequence + 1;
    const previous = cursor === null ? {} : { previousHash: cursor.hash };
    return {
      feed: new LedgerFeed(source, { from, networkPassphrase, ...previous }, this.#signal),
      networkPassphrase,
    };
  }
}
