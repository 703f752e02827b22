import type { Hash, LedgerSequence, TransactionFact } from '@stellar-insights/ledger';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Row } from 'postgres';
import { transactionFact } from '../facts/fact-rows.ts';
import { columnsOf, parseRow, readNames } from '../facts/table-rows.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';
import { PARTITION_LEDGERS } from '../partitions/fact-partitions.ts';
import type { FactRow, RowKey } from './row-order.ts';
import { MOST_AT_ONCE } from './stretches.ts';

/** A table of operations, or of what operations did. */
export interface FactTable<Fact, Table extends PgTable = PgTable> {
  readonly table: Table;
  readonly key: Exclude<RowKey, 'transaction'>;
  readonly factOf: (row: Table['$inferSelect'], transactionHash: Hash) => Fact;
}

/** A fact with the transaction that it is of. */
export interface StoredFact<Fact> {
  readonly fact: Fact;
  readonly transaction: TransactionFact;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
}

/**
 * Adds the transactions and the close times, which are read by their keys. A row whose transaction is missing is left out:
 * retention drops the partitions of the two tables one after the other.
 */
export async function storedFacts<Fact, Table extends PgTable>(
  tx: Transaction,
  { table, factOf }: FactTable<Fact, Table>,
  rows: readonly FactRow[],
): Promise<StoredFact<Fact>[]> {
  if (rows.length === 0) return [];
  const transactionRows = await readTransactions(tx, rows);
  const joined = rows.flatMap((row) => {
    const transaction = transactionRows.get(transactionKeyOf(row));
    return transaction === undefined ? [] : [{ ...row, ...transaction }];
  });
  const names = await readNames(tx, { f: table, t: transactions }, joined);
  return joined.map((row) => {
    const transaction = transactionFact(parseRow(transactions, 't', row, names));
    const fact = factOf(parseRow(table, 'f', row, names), transaction.hash);
    return { fact, transaction, closedAt: row.closed_at.getTime() };
  });
}

interface TransactionRow extends Row {
  readonly 't ledger': LedgerSequence;
  readonly 't index': number;
  readonly closed_at: Date;
}

async function readTransactions(
  tx: Transaction,
  rows: readonly FactRow[],
): Promise<Map<string, TransactionRow>> {
  const oneOfEach = [...new Map(rows.map((row) => [transactionKeyOf(row), row])).values()];
  const found = new Map<string, TransactionRow>();
  // Sent together with what follows it.
  let before: PromiseLike<unknown> = tx.sql`savepoint transactions`.execute();
  for (const near of inFewPartitions(oneOfEach)) {
    const [, transactionRows] = await Promise.all([before, readTransactionsNear(tx, near)]);
    for (const row of transactionRows) found.set(transactionKey(row['t ledger'], row['t index']), row);
    // What is locked for them is unlocked.
    before = tx.sql`rollback to savepoint transactions`.execute();
  }
  await before;
  return found;
}

/** Rows in the order of a list, in groups. Each lies in a few partitions. */
function inFewPartitions(rows: readonly FactRow[]): FactRow[][] {
  const groups: FactRow[][] = [];
  for (const row of rows) {
    const group = groups.at(-1);
    const distance = Math.abs((group?.[0]?.['f ledger'] ?? Infinity) - row['f ledger']);
    if (distance < MOST_AT_ONCE * PARTITION_LEDGERS) group?.push(row);
    else groups.push([row]);
  }
  return groups;
}

async function readTransactionsNear(tx: Transaction, rows: readonly FactRow[]): Promise<TransactionRow[]> {
  const ledgers = rows.map((row) => row['f ledger']);
  const indexes = rows.map(indexOf);
  const { sql } = tx;
  // `offset 0` has each found by its key, where a join may read whole partitions. The range leaves most of them out.
  return await sql<TransactionRow[]>`
    select ${columnsOf(tx, transactions, 't')}, l.closed_at
    from unnest(${arrayOf(ledgers)}::text::int4[], ${arrayOf(indexes)}::text::int4[]) key (ledger, index), lateral (
      select * from transactions
      where ledger = key.ledger and index = key.index and ledger between ${Math.min(...ledgers)} and ${Math.max(...ledgers)}
      offset 0
    ) t, lateral (
      select closed_at from ledgers where sequence = key.ledger offset 0
    ) l`;
}

/** Its text, since no connection knows the types of arrays. */
function arrayOf(numbers: readonly number[]): string {
  return `{${numbers.join(',')}}`;
}

function indexOf(row: FactRow): number {
  return (row['f position'] ?? 0) >> 12;
}

function transactionKeyOf(row: FactRow): string {
  return transactionKey(row['f ledger'], indexOf(row));
}

function transactionKey(ledger: number, index: number): string {
  return `${ledger}-${index}`;
}
