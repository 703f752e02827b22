import type { Database } from '@stellar-insights/db';
import { LedgerFencedError, readCursor, type Cursor } from '@stellar-insights/db/ledgers';
import type { LeasedWork } from '@stellar-insights/jobs';
import { LedgerError, type LedgerFacts } from '@stellar-insights/ledger';
import { LedgerDecoder, type LedgerSource } from '@stellar-insights/ledger/sources';
import { LedgerFeed } from './ledger-feed.ts';
import { LedgerWriter } from './ledger-writer.ts';
import type { Position } from './standstill.ts';

export interface TipFollowerOptions {
  readonly db: Database;
  readonly source: LedgerSource;
  /** Default: a new one. */
  readonly decoder?: LedgerDecoder;
  /** The network that the ledgers must belong to; if not set, the database's, else the source's. */
  readonly networkPassphrase: string | undefined;
  /** The first ledger that is stored in an empty database. */
  readonly startLedger: number | 'latest';
  /** The cursor was read. Nothing is stored before this resolves. */
  readonly onOpened: () => Promise<void>;
  readonly onCommitted: (ledger: LedgerFacts) => void;
}

/**
 * Stores every ledger after the cursor, and waits at the tip. A step is one transaction: one ledger at the tip, several when behind.
 *
 * closed ── step ──► open (the cursor was read) ── step: committed ──► open
 * open ── step: another process has moved the cursor ──► closed
 * open ── step: failed ──► closed, and the step throws
 */
export class TipFollower implements LeasedWork {
  readonly #options: TipFollowerOptions;
  readonly #signal: AbortSignal;
  #open: LedgerWriter | undefined;
  #position: Position | undefined;

  constructor(options: TipFollowerOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** Undefined until the cursor was read and the first ledger is known. */
  get position(): Position | undefined {
    return this.#position;
  }

  async step(): Promise<void> {
    const writer = (this.#open ??= await this.#openWriter());
    try {
      await writer.storeNext();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      if (!(error instanceof LedgerFencedError)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.[Symbol.asyncDispose]();
    this.#open = undefined;
  }

  async #openWriter(): Promise<LedgerWriter> {
    const { db, source, decoder = new LedgerDecoder() } = this.#options;
    const cursor = await readCursor(db);
    await this.#options.onOpened();
    const expected = this.#options.networkPassphrase ?? cursor?.networkPassphrase;
    const networkPassphrase = expected ?? (await source.networkPassphrase(this.#signal));
    const from = await this.#firstLedger(cursor);
    this.#position = { next: from, stored: cursor !== null };
    const previous = cursor === null ? {} : { previousHash: cursor.hash };
    const feed = new LedgerFeed(source, { from, networkPassphrase, decoder, ...previous }, this.#signal);
    const onStored = (ledger: LedgerFacts): void => {
      this.#position = { next: ledger.header.sequence + 1, stored: true };
      this.#options.onCommitted(ledger);
    };
    return new LedgerWriter({ db, feed, networkPassphrase, onStored });
  }

  async #firstLedger(cursor: Cursor | null): Promise<number> {
    if (cursor !== null) return cursor.sequence + 1;
    const { source, startLedger } = this.#options;
    return startLedger === 'latest' ? await latestOf(source, this.#signal) : startLedger;
  }
}

async function latestOf(source: LedgerSource, signal: AbortSignal): Promise<number> {
  const latest = await source.latest(signal);
  if (latest !== null) return latest.sequence;
  throw new LedgerError('ledger_missing', {
    found: 'no latest ledger in the source; in a lake, none of the ledgers 1, 2, 4, 8, …',
    expected: 'a ledger to begin with',
    action: 'set START_LEDGER to the number of a ledger that the source holds',
  });
}
