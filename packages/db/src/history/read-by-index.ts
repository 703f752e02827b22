import type { PgTable } from 'drizzle-orm/pg-core';
import type { Fragment } from '../database.ts';
import { columnsOf } from '../facts/table-rows.ts';
import { getTableName } from '../tables/drizzle.ts';
import type { Transaction } from '../transaction.ts';
import { allOf } from './criteria.ts';
import type { Part } from './part-reader.ts';
import { placeOf, type FactRow, type RowOrder } from './row-order.ts';

export interface IndexQuestion {
  readonly table: PgTable;
  readonly order: RowOrder;
  /** Conditions that an index serves each; the list is their union. */
  readonly branches: readonly Fragment[];
  /** What must hold besides. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
  /** How many rows may be looked at in each index. */
  readonly most: number;
}

/**
 * The first `count` rows of the stretch. Each branch is read in its own order, and no further than it must be: a single
 * condition with `or` would read all rows of the account or asset, and sort them.
 */
export async function readByIndex(tx: Transaction, question: IndexQuestion): Promise<Part> {
  const { table, order, branches, conditions, count, most } = question;
  const { sql } = tx;
  const parts = branches.map((branch) =>
    conditions.length === 0
      ? sql`(${inOrder(tx, question, branch)} limit ${count})`
      : sql`(select * from (${inOrder(tx, question, branch)} limit ${most}) examined
             where ${allOf(tx, conditions)} ${order.sorted} limit ${count})`,
  );
  const rows = await sql<FactRow[]>`
    select ${columnsOf(tx, table, 'f')} from (
      select distinct on (${order.key}) * from (${unionOf(tx, parts)}) each ${order.sorted} limit ${count}
    ) f ${order.sorted}`;
  const isFull = rows.length === count;
  if (conditions.length === 0 || (isFull && branches.length === 1)) return { rows, end: null, examined: 0 };
  const { end, examined } = await lookedAt(tx, question);
  if (end === null) return { rows, end, examined };
  // Beyond it, one of the branches was not examined, though another one may have filled the page from there.
  const certain = rows.filter((row) => order.isNotBeyond(placeOf(row), end));
  return { rows: certain, end: certain.length === count ? null : end, examined };
}

/** `end`: the row at which the first of the branches has examined all rows that it may. Null if none has so many. */
async function lookedAt(tx: Transaction, question: IndexQuestion): Promise<Pick<Part, 'end' | 'examined'>> {
  const { table, order, branches, most } = question;
  const { sql } = tx;
  // The last row of each branch, with how many they are.
  const each = branches.map(
    (branch) => sql`(select ${columnsOf(tx, table, 'f')}, (count(*) over ())::int4 as examined
                     from (${inOrder(tx, question, branch)} limit ${most}) f ${order.reversed} limit 1)`,
  );
  const rows = await sql<(FactRow & { examined: number })[]>`${unionOf(tx, each)}`;
  const ends = rows.filter(({ examined }) => examined === most).map(placeOf);
  return {
    end: ends.toSorted((a, b) => (order.isNotBeyond(a, b) ? -1 : 1))[0] ?? null,
    examined: Math.max(0, ...rows.map(({ examined }) => examined)),
  };
}

function inOrder({ sql }: Transaction, { table, order }: IndexQuestion, branch: Fragment): Fragment {
  return sql`select * from ${sql(getTableName(table))} where ${branch} and ${order.isCovered} ${order.sorted}`;
}

function unionOf({ sql }: Transaction, [first, ...others]: readonly Fragment[]): Fragment {
  return others.reduce((all, part) => sql`${all} union all ${part}`, first ?? sql``);
}
