import type { PgTable } from 'drizzle-orm/pg-core';
import type { Fragment } from '../database.ts';
import { columnsOf } from '../facts/table-rows.ts';
import { getTableName } from '../tables/drizzle.ts';
import type { Transaction } from '../transaction.ts';
import { allOf } from './criteria.ts';
import type { Part } from './part-reader.ts';
import { placeOf, type FactRow, type RowOrder } from './row-order.ts';

export interface OrderQuestion {
  readonly table: PgTable;
  readonly order: RowOrder;
  /** What must hold; no index leads there. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
  /** How many rows may be looked at. */
  readonly most: number;
}

interface ExaminedRow extends FactRow {
  readonly fits: boolean | null;
  /** How many rows were looked at down to this one. */
  readonly examined: number;
}

/**
 * The first `count` rows of the stretch, by their key. All that may be looked at are read at most once: the last of them is
 * returned too, though it may not fit, and says how far that was.
 */
export async function readInOrder(tx: Transaction, question: OrderQuestion): Promise<Part> {
  const { table, order, conditions, count, most } = question;
  const { sql } = tx;
  const inOrder = sql`select * from ${sql(getTableName(table))} where ${order.isCovered} ${order.sorted}`;
  if (conditions.length === 0) {
    const rows = await sql<FactRow[]>`select ${columnsOf(tx, table, 'f')} from (${inOrder} limit ${count}) f`;
    return { rows, end: null, examined: 0 };
  }
  const found = await sql<ExaminedRow[]>`
    select ${columnsOf(tx, table, 'f')}, fits, examined from (
      select *, ${allOf(tx, conditions)} as fits, (row_number() over by_key)::int4 as examined,
             lead(true) over by_key is null as is_last
      from (${inOrder} limit ${most}) each window by_key as (${order.sorted})
    ) f where fits or is_last ${order.sorted} limit ${count}`;
  const rows = found.filter(({ fits }) => fits === true);
  const last = found.at(-1);
  if (rows.length === count || last === undefined) return { rows, end: null, examined: 0 };
  return { rows, end: last.examined === most ? placeOf(last) : null, examined: last.examined };
}
