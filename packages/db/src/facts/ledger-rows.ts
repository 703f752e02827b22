import { operationAt, type LedgerFacts } from '@stellar-insights/ledger';
import { getTableColumns, getTableName } from '../tables/drizzle.ts';
import { factTables } from './fact-tables.ts';
import type { RowsOf } from './table-rows.ts';

/** A value as JSON can hold it: an int64 or more as a decimal string, a time in ISO 8601, bytes in hex. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** The rows of one table that a ledger's facts are stored as. */
export interface TableRows {
  readonly table: string;
  /** The columns that identify a row within one ledger. */
  readonly key: readonly string[];
  /** By the names of the table's columns; names in place of ids, and an operation's id beside its position. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** Where it is not the id of the operation. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  ledgers: ['sequence'],
  transactions: ['ledger', 'index'],
  contract_transfers: ['operation_id', 'order'],
  trades: ['operation_id', 'order'],
};

/** A ledger's facts as the rows that they are stored as, table by table; for comparing and showing them. */
export function ledgerRows(facts: LedgerFacts): TableRows[] {
  return factTables([facts]).map(({ table, rows }) => {
    const name = getTableName(table);
    return { table: name, key: KEYS[name] ?? ['operation_id'], rows: rows.map((row) => cells(table, row)) };
  });
}

function cells(table: RowsOf['table'], row: RowsOf['rows'][number]): Record<string, Cell> {
  const columns = Object.entries(getTableColumns(table));
  const values = columns.map(([property, { name }]) => [name, cell(row[property])]);
  const { ledger, position } = row;
  const id =
    typeof position === 'number' ? { operation_id: operationAt(Number(ledger), position).toString() } : {};
  return { ...id, ...Object.fromEntries(values) };
}

function cell(value: unknown): Cell {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return Array.isArray(value) ? value.map(cell) : (value as Cell);
}
