import { isPaymentAttempt, type LedgerFacts, type PaymentFact } from '@stellar-insights/ledger';
import { HISTORY } from '../close/era.ts';
import { createNetwork, type Network, type NetworkOptions } from '../network.ts';
import { BUCKET_MS, type CorridorBucketTruth } from '../truth/corridor-buckets.ts';

/** What truly happened in one corridor in some time. `others` are not self-payments. */
export interface CorridorTruth {
  readonly sourceAsset: string;
  readonly destAsset: string;
  readonly whole: CountsTruth;
  readonly self: CountsTruth;
}

export interface CountsTruth {
  attempted: number;
  succeeded: number;
  delivered: bigint;
}

/** Stores the facts of a ledger as the product does. */
export type StoreLedger = (facts: LedgerFacts) => Promise<unknown>;

/** A simulated network that stores its ledgers, with the record of what truly happened. Its forms change every few ledgers. */
export class Simulation {
  readonly ledgers: LedgerFacts[] = [];
  readonly #store: StoreLedger;
  readonly #network: Network;

  constructor(store: StoreLedger, options: Partial<NetworkOptions> = {}) {
    this.#store = store;
    this.#network = createNetwork({
      seed: 'api',
      passphrase: 'Simulated Network',
      startLedger: 70_000,
      startTime: Date.UTC(2026, 0, 1, 0, 3),
      closeIntervalMs: 30_000,
      eras: HISTORY.map((era) => ({ ...era, from: era.from / 10 })),
      ...options,
    });
  }

  /** Closes and stores so many ledgers. */
  async close(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      const { truth } = this.#network.closeLedger();
      await this.#store(truth);
      this.ledgers.push(truth);
    }
  }

  /** Closes so many ledgers that are never stored. */
  skip(count: number): void {
    for (let left = count; left > 0; left--) this.#network.closeLedger();
  }

  get last(): LedgerFacts {
    const last = this.ledgers.at(-1);
    if (last === undefined) throw new RangeError('found no ledger, expected close() before last');
    return last;
  }

  /** The simulator's own counts, of every corridor, in the buckets that begin in this time. */
  corridors(from: number, to = Infinity): CorridorTruth[] {
    const corridors = new Map<string, CorridorTruth>();
    for (const bucket of this.#network.buckets()) {
      if (bucket.start < from || bucket.start >= to) continue;
      const { sourceAsset, destAsset } = bucket;
      const key = `${sourceAsset}/${destAsset}`;
      const corridor = corridors.get(key) ?? { sourceAsset, destAsset, whole: nothing(), self: nothing() };
      addBucket(corridor, bucket);
      corridors.set(key, corridor);
    }
    return [...corridors.values()];
  }

  /** The attempts themselves, of ledgers that closed from the beginning of that bucket on. */
  attempts(from: number): PaymentFact[] {
    return this.ledgers
      .filter(({ header }) => header.closedAt >= from)
      .flatMap(({ payments }) => payments)
      .filter(({ type }) => isPaymentAttempt(type));
  }

  /** Where a window of that length begins. */
  beginning(windowMs: number, alignMs = BUCKET_MS): number {
    const begin = this.last.header.closedAt - windowMs;
    return begin - (begin % alignMs);
  }
}

/** The counts with or without self-payments. */
export function countedTruth({ whole, self }: CorridorTruth, includeSelf: boolean): CountsTruth {
  return includeSelf
    ? whole
    : {
        attempted: whole.attempted - self.attempted,
        succeeded: whole.succeeded - self.succeeded,
        delivered: whole.delivered - self.delivered,
      };
}

function nothing(): CountsTruth {
  return { attempted: 0, succeeded: 0, delivered: 0n };
}

function addBucket({ whole, self }: CorridorTruth, bucket: CorridorBucketTruth): void {
  whole.attempted += bucket.attempted;
  whole.succeeded += bucket.succeeded;
  whole.delivered += bucket.deliveredStroops;
  self.attempted += bucket.selfAttempted;
  self.succeeded += bucket.selfSucceeded;
  self.delivered += bucket.selfDeliveredStroops;
}
