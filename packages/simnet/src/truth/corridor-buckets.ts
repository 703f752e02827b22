import type { AssetId, Blame, LedgerFacts, PaymentFact } from '@stellar-insights/ledger';

/** What happened in one corridor in five minutes. Every attempt counts, self-payments too; those again by themselves. */
export interface CorridorBucketTruth {
  /** Unix milliseconds, a multiple of 300,000. */
  readonly start: number;
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  attempted: number;
  succeeded: number;
  failed: number;
  readonly failures: Record<string, number>;
  readonly blame: Partial<Record<Blame, number>>;
  deliveredStroops: bigint;
  selfAttempted: number;
  selfSucceeded: number;
  selfDeliveredStroops: bigint;
}

export const BUCKET_MS = 300_000;

/** Counts attempts as the simulator makes them. */
export class CorridorBuckets {
  readonly #buckets = new Map<string, CorridorBucketTruth>();

  add({ header, payments }: LedgerFacts): void {
    const start = header.closedAt - (header.closedAt % BUCKET_MS);
    for (const payment of payments) {
      if (payment.type !== 'create_account' && payment.type !== 'account_merge') {
        count(this.#bucket(start, payment), payment);
      }
    }
  }

  /** Sorted by start, source and destination asset. */
  all(): CorridorBucketTruth[] {
    return [...this.#buckets]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([, bucket]) => bucket);
  }

  #bucket(start: number, { sourceAsset, destAsset }: PaymentFact): CorridorBucketTruth {
    const key = `${String(start).padStart(16, '0')}/${sourceAsset}/${destAsset}`;
    const existing = this.#buckets.get(key);
    if (existing !== undefined) return existing;
    const counts = { attempted: 0, succeeded: 0, failed: 0, selfAttempted: 0, selfSucceeded: 0 };
    const amounts = { deliveredStroops: 0n, selfDeliveredStroops: 0n };
    const bucket = { start, sourceAsset, destAsset, ...counts, ...amounts, failures: {}, blame: {} };
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

function count(bucket: CorridorBucketTruth, { isSelfPayment, deliveredAmount, failure }: PaymentFact): void {
  const delivered = deliveredAmount ?? 0n;
  bucket.attempted += 1;
  if (isSelfPayment) bucket.selfAttempted += 1;
  if (failure !== null) {
    bucket.failed += 1;
    bucket.failures[failure.reason] = (bucket.failures[failure.reason] ?? 0) + 1;
    bucket.blame[failure.blame] = (bucket.blame[failure.blame] ?? 0) + 1;
    return;
  }
  bucket.succeeded += 1;
  bucket.deliveredStroops += delivered;
  if (!isSelfPayment) return;
  bucket.selfSucceeded += 1;
  bucket.selfDeliveredStroops += delivered;
}
