import { getTableColumns, getTableName, type InferInsertModel } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Executor } from '../database.ts';

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

/** Every column arrives as an array of texts: thus all types go the same way, arrays too. */
function insertion(table: string, columns: readonly PgColumn[]): string {
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const typed = columns.map((column) => `"${column.name}"::${column.getSQLType()}`).join(', ');
  const arrays = columns.map((_, place) => `$${place + 1}::text::text[]`).join(', ');
  return `insert into "${table}" (${names}) select ${typed} from unnest(${arrays}) as rows (${names})`;
}

/** As Postgres reads it into a column of that type. */
function textValue(value: unknown, column: PgColumn): string | null {
  if (value === null) return null;
  const stored = column.mapToDriverValue(value);
  return stored instanceof Uint8Array ? `\\x${Buffer.from(stored).toString('hex')}` : String(stored);
}

function arrayLiteral(texts: readonly (string | null)[]): string {
  const elements = texts.map((text) => (text === null ? 'null' : `"${text.replaceAll(/["\\]/g, '\\$&')}"`));
  return `{${elements.join(',')}}`;
}
