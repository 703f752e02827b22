import { isPaymentAttempt, type AssetId, type PaymentFact } from '@stellar-insights/ledger';
import { byCodeUnits } from '../code-unit-order.ts';
import { addAttempt, addTally, emptyTally, mergeTallies, type Tally } from './tally.ts';

/**
 * One directed corridor. Payments of an account to itself are mostly arbitrage and would drown the rate of the rest,
 * so the two are tallied apart; a published rate is that of `others` unless the reader asks for the whole.
 */
export interface CorridorTally {
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  readonly others: Tally;
  readonly self: Tally;
}

/** Corridors by a key of their two assets; read it with `sortedCorridors`. */
export type CorridorTable = Map<string, CorridorTally>;

export function emptyTable(): CorridorTable {
  return new Map();
}

/** Both tallies together, as a new one. */
export function wholeTally({ others, self }: CorridorTally): Tally {
  return mergeTallies(others, self);
}

/**
 * Counts one payment into `table`, which it changes. Only the three kinds of attempt count; `create_account` and
 * `account_merge` belong to no corridor.
 *
 * @throws StatisticsInputError if the fact contradicts itself
 */
export function addPayment(table: CorridorTable, payment: PaymentFact): void {
  if (!isPaymentAttempt(payment.type)) return;
  const corridor = corridorOf(table, payment.sourceAsset, payment.destAsset);
  addAttempt(payment.isSelfPayment ? corridor.self : corridor.others, payment);
}

/** Adds all of `from` to `into`, which it changes. */
export function addTable(into: CorridorTable, from: CorridorTable): void {
  for (const { sourceAsset, destAsset, others, self } of from.values()) {
    const corridor = corridorOf(into, sourceAsset, destAsset);
    addTally(corridor.others, others);
    addTally(corridor.self, self);
  }
}

/** The table of both; a new one that shares nothing with them. Associative, commutative, `emptyTable` its identity. */
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
  // The length keeps two corridors apart whatever characters an asset's code may hold.
  const key = `${sourceAsset.length} ${sourceAsset} ${destAsset}`;
  const found = table.get(key);
  if (found !== undefined) return found;
  const corridor = { sourceAsset, destAsset, others: emptyTally(), self: emptyTally() };
  table.set(key, corridor);
  return corridor;
}
