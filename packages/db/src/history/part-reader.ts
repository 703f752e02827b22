import type { PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from '../transaction.ts';
import type { Criterion } from './criteria.ts';
import { readByIndex } from './read-by-index.ts';
import { readInOrder } from './read-in-order.ts';
import { readByTransaction, type TransactionFilter } from './read-by-transaction.ts';
import type { FactRow, Place, RowOrder } from './row-order.ts';

/** Rows that a page looks at in each index at most, and without an index. */
const EXAMINED = 5000;
const EXAMINED_IN_ORDER = 50_000;

/** Rows from the beginning of a stretch. */
export interface Part {
  readonly rows: readonly FactRow[];
  /** The last row that was examined; the rows lie before it. Null if they are all, or as many as were wanted. */
  readonly end: Place | null;
  /** How many rows were looked at, in the index where they were most. Of no meaning if as many fit as were wanted. */
  readonly examined: number;
  /** Whether none follows in other stretches. */
  readonly isLast?: boolean;
}

/** Reads the first `count` rows of a stretch. It looks at fewer rows of the next one by those that it looked at. */
export type PartReader = (order: RowOrder, count: number) => Promise<Part>;

export interface Wanted {
  /** What must hold for a row. */
  readonly criteria: readonly Criterion[];
  /** What must hold for its transaction. */
  readonly within?: TransactionFilter | undefined;
}

export function partReader(tx: Transaction, table: PgTable, { criteria, within }: Wanted): PartReader {
  const holding = (some: readonly Criterion[]) => some.map(({ holds }) => holds);
  if (within !== undefined) {
    const conditions = holding(criteria);
    return bounded((order, count, most) =>
      readByTransaction(tx, { table, order, within, conditions, count, most }),
    );
  }
  const readers = criteria
    .filter(({ branches }) => branches.length > 0)
    .map((index) => {
      const { branches } = index;
      const conditions = holding(criteria.filter((other) => other !== index));
      return bounded((order, count, most) =>
        readByIndex(tx, { table, order, branches, conditions, count, most }),
      );
    });
  if (readers.length > 0) return furthestOf(readers);
  const conditions = holding(criteria);
  return bounded(
    (order, count, most) => readInOrder(tx, { table, order, conditions, count, most }),
    EXAMINED_IN_ORDER,
  );
}

type BoundedReader = (order: RowOrder, count: number, most: number) => Promise<Part>;

/** Once it has looked at all rows that it may, it must not be asked again. */
function bounded(read: BoundedReader, most = EXAMINED): PartReader & { isDone: () => boolean } {
  let left = most;
  const reader = async (order: RowOrder, count: number) => {
    const part = await read(order, count, left);
    left -= part.examined;
    return part;
  };
  return Object.assign(reader, { isDone: () => left === 0 });
}

/** From the index that leads to enough rows, or to the end of the stretch; else from the one that leads the furthest. */
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
