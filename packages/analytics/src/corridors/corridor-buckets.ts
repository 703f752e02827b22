import type { PaymentFact } from '@stellar-insights/ledger';
import { StatisticsInputError } from '../errors.ts';
import { addPayment, addTable, emptyTable, type CorridorTable } from './corridor-table.ts';

/** Five minutes: the length of a bucket wherever corridors are stored and read. */
export const BUCKET_MS = 300_000;

/** Corridor tables per bucket of time. Only a bucket with attempts is there. */
export interface CorridorBuckets {
  /** The length of every bucket, in milliseconds. */
  readonly sizeMs: number;
  /** By the bucket's start, in unix milliseconds. A bucket holds `start` ≤ time < `start + sizeMs`. */
  readonly tables: Map<number, CorridorTable>;
}

/** @throws StatisticsInputError unless the size is a positive whole number of milliseconds */
export function emptyBuckets(sizeMs = BUCKET_MS): CorridorBuckets {
  if (!Number.isSafeInteger(sizeMs) || sizeMs <= 0) {
    throw new StatisticsInputError('bucket size', `${sizeMs}`, 'a positive whole number of milliseconds');
  }
  return { sizeMs, tables: new Map() };
}

/**
 * The start of the bucket that holds `time`; both in unix milliseconds. Buckets are aligned to the unix epoch.
 *
 * @throws StatisticsInputError unless the time is a whole number of milliseconds
 */
export function bucketStart(time: number, sizeMs = BUCKET_MS): number {
  if (!Number.isSafeInteger(time)) {
    throw new StatisticsInputError('close time', `${time}`, 'a whole number of unix milliseconds');
  }
  return Math.floor(time / sizeMs) * sizeMs;
}

/**
 * Counts the payments of one ledger, closed at `closedAt` (unix milliseconds), into `buckets`.
 *
 * @throws StatisticsInputError if a fact contradicts itself; `buckets` may then hold a part of the ledger and must be dropped
 */
export function addPayments(
  buckets: CorridorBuckets,
  closedAt: number,
  payments: Iterable<PaymentFact>,
): void {
  const start = bucketStart(closedAt, buckets.sizeMs);
  const table = buckets.tables.get(start) ?? emptyTable();
  for (const payment of payments) addPayment(table, payment);
  if (table.size > 0) buckets.tables.set(start, table);
}

/**
 * The sum of both, which shares nothing with them. Associative, commutative; `emptyBuckets` of that size is its
 * identity.
 *
 * @throws StatisticsInputError if their sizes differ
 */
export function mergeBuckets(a: CorridorBuckets, b: CorridorBuckets): CorridorBuckets {
  if (a.sizeMs !== b.sizeMs) {
    throw new StatisticsInputError('bucket size', `${a.sizeMs} and ${b.sizeMs}`, 'two of the same size');
  }
  const merged = emptyBuckets(a.sizeMs);
  for (const { tables } of [a, b]) {
    for (const [start, from] of tables) {
      const into = merged.tables.get(start) ?? emptyTable();
      addTable(into, from);
      merged.tables.set(start, into);
    }
  }
  return merged;
}

/** One table of all buckets, which shares nothing with them. */
export function collapseBuckets(buckets: CorridorBuckets): CorridorTable {
  const whole = emptyTable();
  for (const table of buckets.tables.values()) addTable(whole, table);
  return whole;
}
