import type { InferInsertModel, InferSelectModel } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { getTableColumns, getTableName } from '../tables/drizzle.ts';
import type { Executor, Fragment } from '../database.ts';
import { arrayLiteral } from '../sql.ts';

/* Rows are written and read by the columns that a table declares, so that each column is named once: in `tables/`. */

/**
 * Inserts any number of rows by one statement with one parameter per column: Postgres binds 65,535 at most. Only the
 * columns that this build knows are named, so that a later migration may add some with defaults.
 */
export async function insertRows<Table extends PgTable>(
  { sql }: Executor,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(getTableColumns(table));
  const values = columns.map(([key, column]) => {
    return arrayLiteral(rows.map((row: Record<string, unknown>) => textValue(row[key], column)));
  });
  await sql.unsafe(
    insertion(
      getTableName(table),
      columns.map(([, column]) => column),
    ),
    values,
    { prepare: true },
  );
}

/** The columns of a table, for a select list; the table is called `alias` in the statement. `parseRow` reads them. */
export function columnsOf({ sql }: Executor, table: PgTable, alias: string): Fragment {
  const names = Object.entries(getTableColumns(table)).map(
    ([key, { name }]) => `${alias}."${name}" as "${alias} ${key}"`,
  );
  return sql.unsafe(names.join(', '));
}

export function parseRow<Table extends PgTable>(
  table: Table,
  alias: string,
  row: Readonly<Record<string, unknown>>,
): InferSelectModel<Table> {
  const values = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = row[`${alias} ${key}`];
    return [key, value === null ? null : column.mapFromDriverValue(value)];
  });
  return Object.fromEntries(values) as InferSelectModel<Table>;
}

/** Every column arrives as an array of texts, so that all types, arrays too, go the same way. */
function insertion(table: string, columns: readonly PgColumn[]): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const typed = columns.map((column) => `"${column.name}"::${column.getSQLType()}`).join(', ');
  const arrays = columns.map((_, place) => `$${place + 1}::text::text[]`).join(', ');
  return `insert into "${table}" (${names}) select ${typed} from unnest(${arrays}) as rows (${names})`;
}

/** As Postgres reads it into a column of that type. */
function textValue(value: unknown, column: PgColumn): string | null {
  if (value === null) return null;
  const driverValue = column.mapToDriverValue(value);
  return driverValue instanceof Uint8Array
    ? `\\x${Buffer.from(driverValue).toString('hex')}`
    : String(driverValue);
}
