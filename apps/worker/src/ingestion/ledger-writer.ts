import { setImmediate } from 'node:timers/promises';
import { DatabaseUnavailableError, type Database } from '@stellar-insights/db';
import {
  commitPrepared,
  prepareLedgers,
  type LedgerCommit,
  type PreparedLedgers,
} from '@stellar-insights/db/ledgers';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { ledgerEvents } from '@stellar-insights/wire';
import type { LedgerFeed } from './ledger-feed.ts';

export interface LedgerWriterOptions {
  readonly db: Database;
  /** The writer closes it. */
  readonly feed: LedgerFeed;
  readonly networkPassphrase: string;
  /** Called with each ledger that was committed, in order, also if a later one cannot be stored. */
  readonly onStored: (ledger: LedgerFacts) => void;
}

interface Batch {
  readonly ledgers: readonly LedgerFacts[];
  /** Undefined if they cannot be prepared together. */
  readonly prepared: PreparedLedgers | undefined;
}

/**
 * Commits the ledgers of a feed, in order. While some are being committed, those after them are read and prepared. What is
 * prepared and not committed is dropped with the writer.
 */
export class LedgerWriter implements AsyncDisposable {
  readonly #options: LedgerWriterOptions;
  #next: Promise<Batch> | undefined;

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
  }

  /**
   * Commits the next ledgers in one transaction. Returns false at the end of the range. If one of them cannot be stored, those
   * before it are stored one by one.
   */
  async storeNext(): Promise<boolean> {
    const batch = await (this.#next ?? this.#prepareNext());
    if (batch.ledgers.length === 0) return false;
    const committing = this.#commit(batch);
    this.#next = this.#prepareAhead(committing);
    // Its error belongs to the step that needs the batch.
    this.#next.catch(() => undefined);
    await committing;
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.feed[Symbol.asyncDispose]();
    await this.#next?.catch(() => undefined);
  }

  /** Waits until there are enough ledgers for one transaction, but not longer than the commit of those before them. */
  async #prepareAhead(committing: Promise<void>): Promise<Batch> {
    await Promise.race([this.#options.feed.readAhead(), committing.catch(() => undefined)]);
    return this.#prepareNext();
  }

  async #prepareNext(): Promise<Batch> {
    const ledgers = await this.#options.feed.take();
    const prepared = ledgers.length === 0 ? undefined : await this.#prepare(ledgers).catch(() => undefined);
    return { ledgers, prepared };
  }

  async #prepare(ledgers: readonly LedgerFacts[]): Promise<PreparedLedgers> {
    const commits: LedgerCommit[] = [];
    for (const facts of ledgers) {
      // The commit that is under way gets its turn.
      await setImmediate();
      commits.push({ facts, events: ledgerEvents(facts) });
    }
    return prepareLedgers(this.#options.db, commits);
  }

  async #commit({ ledgers, prepared }: Batch): Promise<void> {
    const { db, networkPassphrase, onStored } = this.#options;
    try {
      if (prepared !== undefined) {
        await commitPrepared(db, prepared, { networkPassphrase });
        for (const facts of ledgers) onStored(facts);
        return;
      }
    } catch (error) {
      if (ledgers.length === 1 || error instanceof DatabaseUnavailableError) throw error;
    }
    for (const facts of ledgers) {
      await commitPrepared(db, await this.#prepare([facts]), { networkPassphrase });
      onStored(facts);
    }
  }
}
