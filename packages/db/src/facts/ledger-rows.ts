import type { LedgerFacts } from '@stellar-insights/ledger';
import type { PgTable } from 'drizzle-orm/pg-core';
import { getTableColumns, getTableName } from '../tables/drizzle.ts';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import { claimableBalanceRow, ledgerRow, paymentRow, tradeRow, transactionRow } from './fact-rows.ts';

/** A value as JSON can hold it: an int64 or more as a decimal string, a time in ISO 8601, bytes in hex. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** The rows of one table that a ledger's facts are stored as. */
export interface TableRows {
  readonly table: string;
  /** The columns that identify a row within one ledger. */
  readonly key: readonly string[];
  /** By the names of the table's columns. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** A ledger's facts as the rows that they are stored as, table by table; for comparing and showing them. */
export function ledgerRows(facts: LedgerFacts): TableRows[] {
  return [
    tableRows(ledgers, ['sequence'], [ledgerRow(facts.header)]),
    tableRows(transactions, ['ledger', 'index'], facts.transactions.map(transactionRow)),
    tableRows(payments, ['operation_id'], facts.payments.map(paymentRow)),
    tableRows(claimableBalances, ['operation_id'], facts.claimableBalances.map(claimableBalanceRow)),
    tableRows(trades, ['operation_id', 'order'], facts.trades.map(tradeRow)),
  ];
}

function tableRows<Table extends PgTable>(
  table: Table,
  key: readonly string[],
  rows: readonly Table['$inferSelect'][],
): TableRows {
  const columns = Object.entries(getTableColumns(table));
  return {
    table: getTableName(table),
    key,
    rows: rows.map((row: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(columns.map(([property, { name }]) => [name, cell(row[property])])),
    ),
  };
}

function cell(value: unknown): Cell {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return Array.isArray(value) ? value.map(cell) : (value as Cell);
}
