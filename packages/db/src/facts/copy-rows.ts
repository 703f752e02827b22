import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { IdsByName, Kind } from '../dictionary/index.ts';
import { getTableColumns, getTableName, PgArray } from '../tables/drizzle.ts';
import { NameColumn } from '../tables/name-column.ts';
import type { Transaction } from '../transaction.ts';
import { CopyBuffer } from './copy-buffer.ts';
import type { RowsOf } from './table-rows.ts';

type Write = (out: CopyBuffer, value: never, ids: IdsByName) => void;

/** By SQL type: a value as the driver would send it. */
const WRITERS: Readonly<Record<string, Write>> = {
  bigint: (out, value: bigint | number) => out.int8(value),
  integer: (out, value: number) => out.int4(value),
  smallint: (out, value: number) => out.int2(value),
  boolean: (out, value: boolean) => out.boolean(value),
  bytea: (out, value: Uint8Array) => out.bytea(value),
  text: (out, value: string) => out.text(value),
  '"char"': (out, value: string) => out.letter(value),
  'numeric(20, 0)': (out, value: string) => out.numeric(BigInt(value)),
  'timestamp (3) with time zone': (out, value: string) => out.timestamp(new Date(value)),
};

/**
 * Appends any number of rows. Only the columns that this build knows are named, so that a later migration may add some with
 * defaults. `ids` must have each name in the rows.
 *
 * @throws the server's error, e.g. of a key that is stored already; RangeError for a number that its column cannot hold
 */
export async function copyRows(
  { sql }: Transaction,
  table: PgTable,
  rows: RowsOf['rows'],
  ids: IdsByName,
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(getTableColumns(table));
  const writers = columns.map(([key, column]) => [key, writerOf(column)] as const);
  const names = columns.map(([, { name }]) => `"${name}"`).join(', ');
  const stream = await sql
    .unsafe(`copy "${getTableName(table)}" (${names}) from stdin (format binary)`)
    .writable();
  const done = finished(stream);
  write(stream, rows, writers, ids).catch((error: unknown) => stream.destroy(error as Error));
  await done;
}

async function write(
  stream: Writable,
  rows: RowsOf['rows'],
  writers: readonly (readonly [key: string, write: Write])[],
  ids: IdsByName,
): Promise<void> {
  const out = new CopyBuffer();
  for (const row of rows) {
    out.beginRow(writers.length);
    for (const [key, writeValue] of writers) {
      const value = row[key] ?? null;
      if (value === null) out.null();
      else writeValue(out, value as never, ids);
    }
    if (!out.filled) continue;
    await new Promise<void>((resolve, reject) => {
      stream.write(out.bytes, (error) => (error ? reject(error) : resolve()));
    });
    out.clear();
  }
  out.endRows();
  stream.end(out.bytes);
}

function writerOf(column: PgColumn): Write {
  if (column instanceof NameColumn) {
    const { kind } = column;
    return kind === 'codes'
      ? (out, name: string, ids) => out.int2(idOf(name, kind, ids))
      : (out, name: string, ids) => out.int4(idOf(name, kind, ids));
  }
  if (column instanceof PgArray && column.baseColumn instanceof NameColumn) {
    const { kind } = column.baseColumn;
    return (out, names: readonly string[], ids) => out.int4Array(names.map((name) => idOf(name, kind, ids)));
  }
  const writeValue = WRITERS[column.getSQLType()];
  if (writeValue === undefined)
    throw new TypeError(`found a column of ${column.getSQLType()}, expected a type that can be copied`);
  return (out, value, ids) => writeValue(out, column.mapToDriverValue(value) as never, ids);
}

function idOf(name: string, kind: Kind, ids: IdsByName): number {
  const id = ids[kind].get(name);
  if (id === undefined)
    throw new TypeError(`found no id of "${name}" in ${kind}, expected every name to be interned`);
  return id;
}
