import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database, Executor, Fragment } from '../database.ts';
import { insertTables } from '../facts/insert-facts.ts';
import { rowsOf, type RowsOf } from '../facts/table-rows.ts';
import { partitionsOf } from '../partitions/bounds.ts';
import { createMissingPartitions } from '../partitions/fact-partitions.ts';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { getTableColumns, getTableName, PgArray } from '../tables/drizzle.ts';
import { payments } from '../tables/payments.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';
import { convertBuckets } from './convert-buckets.ts';
import { convertInSlices, type ConvertedSlice, type ConvertOptions } from './slices.ts';
import { isUnconverted, TEXT_LAYOUT } from './text-layout.ts';

const TABLES = [transactions, payments, claimableBalances, trades] as const;

/** A ledger's number is a uint32. */
const BEYOND_ALL = 2 ** 32;

/**
 * Moves the rows of the old layout into today's tables, in slices, oldest first. A conversion that was interrupted goes on where
 * it was. Returns the number of rows.
 *
 * @param db of one connection: a slice that ran out of time has ended there before the next one begins
 * @throws DatabaseUnavailableError; StatementTimeoutError if a single ledger takes too long; the signal's reason
 */
export async function convertTextLayout(db: Database, options: ConvertOptions = {}): Promise<number> {
  if (!(await db.run(isUnconverted))) return 0;
  const ofLedgers = await convertLedgers(db, options);
  const buckets = await convertBuckets(db, options);
  await db.run(({ sql }) => sql`drop schema ${sql(TEXT_LAYOUT)} cascade`);
  return ofLedgers + buckets;
}

/** A slice is whole ledgers with a limited number of rows of any one table, or one ledger. */
async function convertLedgers(db: Database, options: ConvertOptions): Promise<number> {
  const [row] = await db.run(
    ({ sql }) => sql<{ exist: boolean }[]>`
      select to_regclass(${`${TEXT_LAYOUT}.transactions`}) is not null as exist`,
  );
  if (row?.exist !== true) return 0;
  return convertInSlices(options, (from, sliceRows) => convertSlice(db, from, sliceRows));
}

/** Null if there is nothing left. */
async function convertSlice(db: Database, from: number, length: number): Promise<ConvertedSlice | null> {
  const range = await db.run((executor) => nextRange(executor, from, length));
  if (range === null) return null;
  return { of: 'ledgers', before: range.before, rows: await moveRange(db, range) };
}

interface Range {
  readonly first: number;
  /** The first ledger after the range. */
  readonly before: number;
}

/**
 * The next ledgers that have rows, from `from` on; null if there are none. Of each table they have `length` rows at most, and
 * those of the first ledger.
 */
async function nextRange(executor: Executor, from: number, length: number): Promise<Range | null> {
  const { sql } = executor;
  const ofTables = (select: (table: Fragment) => Fragment): Fragment =>
    TABLES.map((table) => sql`(${select(oldTable(executor, table))})`).reduce(
      (all, each) => sql`${all}, ${each}`,
    );
  const [row] = await sql<{ first: number | null; before: number | null }[]>`
    select first::float8 as first, least(${ofTables(
      (table) =>
        sql`select ledger from ${table} where ledger > first order by ledger offset ${length} limit 1`,
    )})::float8 as before
    from (select least(${ofTables((table) => sql`select min(ledger) from ${table} where ledger >= ${from}`)}) as first) start`;
  if (row === undefined || row.first === null) return null;
  return { first: row.first, before: row.before ?? BEYOND_ALL };
}

/** Returns the number of rows. */
async function moveRange(db: Database, range: Range): Promise<number> {
  const tables: RowsOf[] = [];
  for (const table of TABLES) tables.push(await db.run((executor) => oldRows(executor, table, range)));
  const rows = tables.flatMap((table) => table.rows);
  const ledgers = [...new Set(rows.map(({ ledger }) => Number(ledger)))];
  await insertTables(
    db,
    tables,
    (tx) => createMissingPartitions(tx, ledgers),
    async (tx) => {
      for (const table of TABLES) await removeOld(tx, table, range);
    },
  );
  return rows.length;
}

/** As rows of today's table. */
async function oldRows(executor: Executor, table: PgTable, { first, before }: Range): Promise<RowsOf> {
  const { sql } = executor;
  const columns = Object.entries(getTableColumns(table)).map(
    ([property, column]) => `${oldValue(column)} as "${property}"`,
  );
  const rows = await sql`
    select ${sql.unsafe(columns.join(', '))} from ${oldTable(executor, table)}
    where ledger >= ${first} and ledger < ${before}`;
  return rowsOf(table, [...rows]);
}

/** The value of today's column, in terms of the old columns; most have the same name, and any id was a name. */
function oldValue(column: PgColumn): string {
  const name = `"${column.name}"`;
  if (column.name === 'position') return '(operation_id & 4294967295)::int8::int4';
  if (column.name === 'ledger') return 'ledger::int4';
  if (column instanceof PgArray) return `array_to_json(nullif(${name}, '{}'))`;
  if (column.getSQLType() === 'bytea' && column.name !== 'memo_bytes') return `encode(${name}, 'hex')`;
  return name;
}

/** Deletes what was moved, and drops the partitions that are now empty. */
async function removeOld(tx: Transaction, table: PgTable, { first, before }: Range): Promise<void> {
  const { sql } = tx;
  const old = oldTable(tx, table);
  const partitions = await partitionsOf(tx, `${TEXT_LAYOUT}.${getTableName(table)}`);
  for (const { name } of partitions.filter(({ next }) => next <= before)) {
    await sql`drop table ${sql(TEXT_LAYOUT)}.${sql(name)}`;
  }
  await sql`delete from ${old} where ledger >= ${first} and ledger < ${before}`;
}

function oldTable({ sql }: Executor, table: PgTable): Fragment {
  return sql`${sql(TEXT_LAYOUT)}.${sql(getTableName(table))}`;
}
