import type { Transaction } from '../transaction.ts';
import type { Criterion, PaymentFilter } from './payment-filter.ts';
import type { PaymentOrder } from './payment-order.ts';
import { readByIndex } from './read-by-index.ts';
import { readByTransaction } from './read-by-transaction.ts';
import type { Part } from './stored-payments.ts';

/** Rows that a page looks at in each index at most. */
const EXAMINED = 5000;

/** Reads the first `count` payments of a stretch. It looks at fewer rows of the next one by those that it looked at. */
export type PartReader = (order: PaymentOrder, count: number) => Promise<Part>;

export function partReader(
  tx: Transaction,
  filter: PaymentFilter,
  criteria: readonly Criterion[],
): PartReader {
  const holding = (some: readonly Criterion[]) => some.map(({ holds }) => holds);
  if (filter.transactionHash !== undefined || filter.memo !== undefined) {
    const conditions = holding(criteria);
    return bounded((order, count, most) => readByTransaction(tx, { order, filter, conditions, count, most }));
  }
  const readers = criteria
    .filter(({ branches }) => branches.length > 0)
    .map((index) => {
      const { branches } = index;
      const conditions = holding(criteria.filter((other) => other !== index));
      return bounded((order, count, most) => readByIndex(tx, { order, branches, conditions, count, most }));
    });
  if (readers.length > 0) return furthestOf(readers);
  const all = { branches: [tx.sql`true`], conditions: holding(criteria) };
  return bounded((order, count, most) => readByIndex(tx, { order, ...all, count, most }));
}

type BoundedReader = (order: PaymentOrder, count: number, most: number) => Promise<Part>;

/** Once it has looked at all rows that it may, it must not be asked again. */
function bounded(read: BoundedReader): PartReader & { isDone: () => boolean } {
  let left = EXAMINED;
  const reader = async (order: PaymentOrder, count: number) => {
    const part = await read(order, count, left);
    left -= part.examined;
    return part;
  };
  return Object.assign(reader, { isDone: () => left === 0 });
}

/** From the index that leads to enough payments, or to the end of the stretch; else from the one that leads the furthest. */
function furthestOf(readers: readonly ReturnType<typeof bounded>[]): PartReader {
  return async (order, count) => {
    let furthest: Part | undefined;
    for (const read of readers.filter(({ isDone }) => !isDone())) {
      const part = await read(order, count);
      if (part.end === null) return part;
      if (furthest?.end == null || order.isNotBeyond(furthest.end, part.end)) furthest = part;
    }
    if (furthest === undefined) throw new RangeError('found no index to look into, expected the page to end');
    return furthest;
  };
}
