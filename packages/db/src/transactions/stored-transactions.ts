import type { TransactionFact } from '@stellar-insights/ledger';
import { transactionFact } from '../facts/fact-rows.ts';
import { parseRow, readNames } from '../facts/table-rows.ts';
import type { FactRow } from '../history/row-order.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';

export interface StoredTransaction {
  readonly transaction: TransactionFact;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
}

/** Adds the close times, which are read by their keys. `rows`: of `transactions`, as `columnsOf` selects them. */
export async function storedTransactions(
  tx: Transaction,
  rows: readonly FactRow[],
): Promise<StoredTransaction[]> {
  if (rows.length === 0) return [];
  const ledgers = [...new Set(rows.map((row) => row['f ledger']))];
  const times = await tx.sql<{ sequence: number; closedAt: Date }[]>`
    select sequence::float8 as sequence, closed_at as "closedAt"
    from unnest(${`{${ledgers.join(',')}}`}::text::int8[]) key, lateral (
      select sequence, closed_at from ledgers where sequence = key offset 0
    ) l`;
  const closedAt = new Map(times.map((row) => [row.sequence, row.closedAt.getTime()]));
  const names = await readNames(tx, { f: transactions }, rows);
  return rows.map((row) => ({
    transaction: transactionFact(parseRow(transactions, 'f', row, names)),
    closedAt: closedAt.get(row['f ledger']) ?? 0,
  }));
}
