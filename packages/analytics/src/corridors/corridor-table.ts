import { isPaymentAttempt, type AssetId, type PaymentFact } from '@stellar-insights/ledger';
import {
  addAttempt,
  addTally,
  byCodeUnits,
  emptyTally,
  mergeTallies,
  type AttemptCounts,
  type Tally,
} from './tally.ts';

/**
 * One directed corridor. Payments of an account to itself are mostly arbitrage and would dominate the rate, so they have
 * a tally of their own. A published rate is that of `others`, unless the client asks for both.
 */
export interface CorridorTally {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  readonly others: Tally;
  readonly self: Tally;
}

/** `self`: payments of accounts to themselves, which are not in `others`. */
export interface SeparateCounts {
  readonly others: AttemptCounts;
  readonly self: AttemptCounts;
}

export type CorridorCounts = SeparateCounts & Pick<CorridorTally, 'sourceAsset' | 'destAsset'>;

/** Corridors by a key of their two assets; read it with `sortedCorridors`. */
export type CorridorTable = Map<string, CorridorTally>;

export function emptyTable(): CorridorTable {
  return new Map();
}

/** The sum of both tallies. */
export function wholeTally({ others, self }: CorridorTally): Tally {
  return mergeTallies(others, self);
}

/**
 * Counts one payment into `table`. Only payment attempts count; `create_account` and `account_merge` belong to no
 * corridor.
 *
 * @throws StatisticsInputError if the fact contradicts itself
 */
export function addPayment(table: CorridorTable, payment: PaymentFact): void {
  if (!isPaymentAttempt(payment.type)) return;
  const corridor = corridorOf(table, payment.sourceAsset, payment.destAsset);
  addAttempt(payment.isSelfPayment ? corridor.self : corridor.others, payment);
}

/** Adds all of `from` to `into`. */
export function addTable(into: CorridorTable, from: CorridorTable): void {
  for (const { sourceAsset, destAsset, others, self } of from.values()) {
    const corridor = corridorOf(into, sourceAsset, destAsset);
    addTally(corridor.others, others);
    addTally(corridor.self, self);
  }
}

/** The sum of both, which shares nothing with them. Associative, commutative; `emptyTable` is its identity. */
export function mergeTables(a: CorridorTable, b: CorridorTable): CorridorTable {
  const merged = emptyTable();
  addTable(merged, a);
  addTable(merged, b);
  return merged;
}

/** By source, then destination, in code-unit order. */
export function sortedCorridors(table: CorridorTable): CorridorTally[] {
  return [...table.values()].toSorted(
    (a, b) => byCodeUnits(a.sourceAsset, b.sourceAsset) || byCodeUnits(a.destAsset, b.destAsset),
  );
}

function corridorOf(table: CorridorTable, sourceAsset: AssetId, destAsset: AssetId): CorridorTally {
  // The length keeps the keys of two corridors different, whatever characters an asset's code has.
  const key = `${sourceAsset.length} ${sourceAsset} ${destAsset}`;
  const existing = table.get(key);
  if (existing !== undefined) return existing;
  const corridor = { sourceAsset, destAsset, others: emptyTally(), self: emptyTally() };
  table.set(key, corridor);
  return corridor;
}
