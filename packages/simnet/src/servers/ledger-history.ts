import type { LedgerHeaderHistoryEntryWire } from '@stellar/stellar-sdk/xdr';
import { hex } from '../digest.ts';
import type { ClosedLedger } from '../network.ts';

/** What the servers keep of a closed ledger. */
export interface RetainedLedger {
  readonly sequence: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly closeTime: number;
  /** XDR of its `LedgerCloseMeta`. */
  readonly bytes: Uint8Array;
  readonly header: LedgerHeaderHistoryEntryWire;
  readonly transactions: { readonly succeeded: number; readonly failed: number };
  /** Those of successful transactions, and all. */
  readonly operations: { readonly succeeded: number; readonly all: number };
}

/** The newest closed ledgers, without a gap, never more than `retention`. */
export class LedgerHistory {
  readonly retention: number;
  readonly #ledgers = new Map<number, RetainedLedger>();
  #oldest: RetainedLedger;
  #latest: RetainedLedger;

  constructor(retention: number, first: ClosedLedger) {
    if (!(retention >= 1))
      throw new RangeError(`found a retention of ${retention} ledgers, expected 1 or more`);
    this.retention = retention;
    this.#oldest = this.#latest = retain(first);
    this.#ledgers.set(first.sequence, this.#latest);
  }

  get oldest(): RetainedLedger {
    return this.#oldest;
  }

  get latest(): RetainedLedger {
    return this.#latest;
  }

  get(sequence: number): RetainedLedger | undefined {
    return this.#ledgers.get(sequence);
  }

  append(ledger: ClosedLedger): void {
    this.#latest = retain(ledger);
    this.#ledgers.set(ledger.sequence, this.#latest);
    this.cut(this.retention);
  }

  /** Forgets all but the newest `keep`, at least one. */
  cut(keep: number): void {
    if (!(keep >= 1)) throw new RangeError(`found ${keep} ledgers to keep, expected 1 or more`);
    for (const sequence of this.#ledgers.keys()) {
      if (this.#ledgers.size <= keep) break;
      this.#ledgers.delete(sequence);
    }
    this.#oldest = this.#ledgers.get(this.#latest.sequence - this.#ledgers.size + 1) ?? this.#latest;
  }

  /** Those from `first` to `last` that are kept, in order. */
  *range(first: number, last: number): Iterable<RetainedLedger> {
    const end = Math.min(last, this.#latest.sequence);
    for (let sequence = Math.max(first, this.#oldest.sequence); sequence <= end; sequence += 1) {
      const ledger = this.#ledgers.get(sequence);
      if (ledger !== undefined) yield ledger;
    }
  }
}

function retain({ sequence, bytes, header, truth }: ClosedLedger): RetainedLedger {
  const succeeded = truth.transactions.filter((transaction) => transaction.succeeded);
  const operationsOf = (transactions: typeof truth.transactions) =>
    transactions.reduce((sum, { operationCount }) => sum + operationCount, 0);
  return {
    sequence,
    hash: hex(header.hash),
    closeTime: Number(header.header.scpValue.closeTime),
    bytes,
    header,
    transactions: {
      succeeded: succeeded.length,
      failed: truth.transactions.length - succeeded.length,
    },
    operations: { succeeded: operationsOf(succeeded), all: operationsOf(truth.transactions) },
  };
}
