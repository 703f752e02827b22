import { setImmediate } from 'node:timers/promises';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { IdsByName, Kind } from '../dictionary/index.ts';
import { sendCopy } from '../send-copy.ts';
import { getTableColumns, getTableName, PgArray } from '../tables/drizzle.ts';
import { NameColumn } from '../tables/name-column.ts';
import type { Transaction } from '../transaction.ts';
import { CopyBuffer } from './copy-buffer.ts';
import type { RowsOf } from './table-rows.ts';

type Write = (out: CopyBuffer, value: never, ids: IdsByName) => void;

/** By SQL type: a value as a row has it; one of letters is given by its letter. */
const WRITERS: Readonly<Record<string, Write>> = {
  bigint: (out, value: bigint | number) => out.int8(value),
  integer: (out, value: number) => out.int4(value),
  smallint: (out, value: number) => out.int2(value),
  boolean: (out, value: boolean) => out.boolean(value),
  bytea: (out, value: Uint8Array | string) => (typeof value === 'string' ? out.hex(value) : out.bytea(value)),
  text: (out, value: string) => out.text(value),
  '"char"': (out, value: string) => out.letter(value),
  'numeric(20, 0)': (out, value: bigint | string) => out.numeric(BigInt(value)),
  'numeric(39, 0)': (out, value: bigint | string) => out.numeric(BigInt(value)),
  'timestamp (3) with time zone': (out, value: Date) => out.timestamp(value),
};

/** After so many rows, a third of a millisecond, other work of this process gets its turn. */
const ROWS_A_TURN = 100;

/** Rows of one table, as they are sent. */
export interface EncodedRows {
  readonly statement: string;
  /** Of the protocol; they follow the statement. */
  readonly messages: Buffer;
}

/**
 * Encodes any number of rows. Only the columns that this build knows are named, so that a later migration may add some with
 * defaults. `ids` must have each name in the rows.
 *
 * @throws RangeError for a number that its column cannot hold
 */
export async function encodeRows({ table, rows, into }: RowsOf, ids: IdsByName): Promise<EncodedRows> {
  const columns = Object.entries(getTableColumns(table));
  // Objects, as pairs would cost an iterator for each value.
  const writers = columns.map(([key, column]) => ({ key, write: writerOf(column) }));
  const names = columns.map(([, { name }]) => `"${name}"`).join(', ');
  const out = new CopyBuffer(rows.length);
  for (let from = 0; from < rows.length; from += ROWS_A_TURN) {
    await setImmediate();
    for (const row of rows.slice(from, from + ROWS_A_TURN)) {
      out.beginRow(writers.length);
      for (const { key, write } of writers) {
        const value = row[key] ?? null;
        if (value === null) out.null();
        else write(out, value as never, ids);
      }
    }
  }
  const name = getTableName(table);
  const statement = `copy "${into?.(name) ?? name}" (${names}) from stdin (format binary)`;
  return { statement, messages: out.end() };
}

/** Sends all of it at once, behind what was sent before. Rejects with the server's error, e.g. of a key that is stored already. */
export function copyRows(tx: Transaction, { statement, messages }: EncodedRows): Promise<void> {
  return sendCopy(tx, statement, [messages]);
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
  const write = WRITERS[column.getSQLType()];
  if (write === undefined)
    throw new TypeError(`found a column of ${column.getSQLType()}, expected a type that can be copied`);
  return column.getSQLType() === '"char"'
    ? (out, word, ids) => write(out, column.mapToDriverValue(word) as never, ids)
    : write;
}

function idOf(name: string, kind: Kind, ids: IdsByName): number {
  const id = ids[kind].get(name);
  if (id === undefined)
    throw new TypeError(`found no id of "${name}" in ${kind}, expected every name to be interned`);
  return id;
}
