import type { LedgerFacts } from '@stellar-insights/ledger';
import { readLedgers, type LedgerSource, type ReadLedgersOptions } from '@stellar-insights/ledger/sources';

/** Ledgers in order. The next one can be read and decoded while the last one is being stored. */
export class LedgerFeed implements AsyncDisposable {
  readonly #closed = new AbortController();
  readonly #ledgers: AsyncGenerator<LedgerFacts, void, undefined>;
  #ahead: Promise<IteratorResult<LedgerFacts, void>> | undefined;

  constructor(source: LedgerSource, options: ReadLedgersOptions, signal: AbortSignal) {
    this.#ledgers = readLedgers(source, options, AbortSignal.any([signal, this.#closed.signal]));
  }

  /** Waits for the next ledger; undefined at the end of the range. Throws what `readLedgers` throws. */
  async take(): Promise<LedgerFacts | undefined> {
    const next = this.#ahead ?? this.#ledgers.next();
    this.#ahead = undefined;
    return (await next).value ?? undefined;
  }

  /** Starts to read the next ledger. */
  readAhead(): void {
    this.#ahead ??= this.#ledgers.next();
    // `take` throws the failure.
    this.#ahead.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the feed is closed'));
    await this.#ledgers.return();
  }
}
