import type { LedgerFacts } from '@stellar-insights/ledger';
import { readLedgers, type LedgerSource, type ReadLedgersOptions } from '@stellar-insights/ledger/sources';

/** What is read ahead at most: as much as one transaction should store. */
const AHEAD = { ledgers: 15, rows: 20_000 };

/** Ledgers in order. The next ones can be read and decoded while the last ones are being stored. */
export class LedgerFeed implements AsyncDisposable {
  readonly #closed = new AbortController();
  readonly #ledgers: AsyncGenerator<LedgerFacts, void, undefined>;
  #ahead: LedgerFacts[] = [];
  #reading: Promise<void> | undefined;
  #isReadingAhead = false;
  #enough: PromiseWithResolvers<void> | undefined;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(source: LedgerSource, options: ReadLedgersOptions, signal: AbortSignal) {
    this.#ledgers = readLedgers(source, options, AbortSignal.any([signal, this.#closed.signal]));
  }

  /**
   * Waits for the next ledger, and takes those after it that are read already: only one at the tip, more when behind. Empty
   * at the end of the range. Throws what `readLedgers` throws, once the ledgers before the failure are taken.
   */
  async take(): Promise<LedgerFacts[]> {
    if (this.#ahead.length === 0) await this.#readOne();
    if (this.#ahead.length === 0 && this.#failure !== undefined) throw this.#failure.error;
    return this.#ahead.splice(0);
  }

  /**
   * Reads the ledgers that follow. Resolves when there are enough for one transaction, or no more; of several calls only the
   * last one's promise. At the tip that may take for ever, so each caller has a promise of its own, which is forgotten with it.
   */
  readAhead(): Promise<void> {
    this.#enough = Promise.withResolvers();
    if (!this.#isReadingAhead) void this.#readEnough();
    return this.#enough.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the feed is closed'));
    await this.#ledgers.return();
  }

  async #readEnough(): Promise<void> {
    this.#isReadingAhead = true;
    while (!this.#ended && this.#ahead.length < AHEAD.ledgers && rowsOf(this.#ahead) < AHEAD.rows) {
      await this.#readOne();
    }
    this.#isReadingAhead = false;
    this.#enough?.resolve();
  }

  /** Resolves when one more ledger is ahead, or there is none. */
  #readOne(): Promise<void> {
    const read = async (): Promise<void> => {
      try {
        const next = await this.#ledgers.next();
        if (next.done === true) this.#ended = true;
        else this.#ahead.push(next.value);
      } catch (error) {
        this.#failure = { error };
        this.#ended = true;
      }
      this.#reading = undefined;
    };
    return (this.#reading ??= this.#ended ? Promise.resolve() : read());
  }
}

function rowsOf(ledgers: readonly LedgerFacts[]): number {
  return ledgers
    .map(({ transactions, payments, trades }) => transactions.length + payments.length + trades.length)
    .reduce((sum, rows) => sum + rows, 0);
}
