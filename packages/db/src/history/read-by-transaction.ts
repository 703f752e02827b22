import {
  ledgerOfOperation,
  operationAt,
  positionOfOperation,
  type Hash,
  type OperationId,
} from '@stellar-insights/ledger';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Fragment } from '../database.ts';
import { columnsOf } from '../facts/table-rows.ts';
import { getTableName } from '../tables/drizzle.ts';
import type { Transaction } from '../transaction.ts';
import { allOf } from './criteria.ts';
import type { Part } from './part-reader.ts';
import { memoCriterion, type MemoCriterion, type MemoFilter } from './memo-filter.ts';
import type { FactRow, RowOrder } from './row-order.ts';

/** It has a hash or a memo. */
export interface TransactionFilter {
  /** Outer or inner. */
  readonly transactionHash?: Hash | undefined;
  readonly memo?: MemoFilter | undefined;
}

export function isFilterOfTransactions({ transactionHash, memo }: TransactionFilter): boolean {
  return transactionHash !== undefined || memo !== undefined;
}

export interface TransactionQuestion {
  /** Of operations, or of what they did. */
  readonly table: PgTable;
  readonly order: RowOrder;
  readonly within: TransactionFilter;
  /** What must hold for a row. */
  readonly conditions: readonly Fragment[];
  readonly count: number;
  /** How many transactions may be looked at. */
  readonly most: number;
}

interface TransactionKey {
  readonly ledger: number;
  readonly index: number;
}

/** The first `count` rows in the transactions with a hash or a memo. */
export async function readByTransaction(tx: Transaction, question: TransactionQuestion): Promise<Part> {
  const { within, count } = question;
  const memo = within.memo && memoCriterion(tx, within.memo);
  if (within.transactionHash === undefined && memo !== undefined) {
    const examined = transactionsWithMemo(tx, memo, question);
    const exact = tx.sql`select ledger, index from (${examined}) examined where ${memo.isExact}`;
    const rows = await rowsIn(tx, exact, question);
    if (rows.length === count) return { rows, end: null, examined: 0 };
    return { rows, ...(await lookedAt(tx, examined, question)) };
  }
  const keys = await keysWithHash(tx, memo, question);
  if (keys.length === 0) return { rows: [], end: null, examined: 0 };
  const ledgers = keys.map(({ ledger }) => ledger);
  const inPartition = tx.sql`ledger between ${Math.min(...ledgers)} and ${Math.max(...ledgers)}`;
  const conditions = [inPartition, ...question.conditions];
  const rows = await rowsIn(tx, theseTransactions(tx, keys), { ...question, conditions });
  return { rows, end: null, examined: 0, isLast: true };
}

/** `transactions`: a select of keys, in the order of the list. */
function rowsIn(
  tx: Transaction,
  transactions: Fragment,
  { table, order, conditions, count }: TransactionQuestion,
): Promise<FactRow[]> {
  const { direction, isCovered, withinLedger } = order;
  const { sql } = tx;
  // `offset 0` keeps the planner from joining the two tables in another way than transaction by transaction.
  return sql<FactRow[]>`
    select ${columnsOf(tx, table, 'f')}
    from (${transactions}) t, lateral (
      select * from ${sql(getTableName(table))}
      where ledger = t.ledger and position between t.index << 12 and (t.index << 12) + 4095
        and ${allOf(tx, [isCovered, ...conditions])}
      offset 0
    ) f
    order by t.ledger ${direction}, ${withinLedger} limit ${count}`;
}

/** By its outer or inner hash: one, or none. Read first, so that its ledger says which partition to read. */
async function keysWithHash(
  { sql }: Transaction,
  memo: MemoCriterion | undefined,
  { within, order }: TransactionQuestion,
): Promise<TransactionKey[]> {
  const hash = Buffer.from(within.transactionHash ?? '', 'hex');
  const hasMemo = memo === undefined ? sql`` : sql`and memo = ${memo.memo} and ${memo.isExact}`;
  return await sql<TransactionKey[]>`
    select ledger, index from transactions where hash = ${hash} and ${order.isInLedgers} ${hasMemo}
    union all
    select ledger, index from transactions where inner_hash = ${hash} and ${order.isInLedgers} ${hasMemo}`;
}

function theseTransactions({ sql }: Transaction, keys: readonly TransactionKey[]): Fragment {
  const ledgers = `{${keys.map(({ ledger }) => ledger).join(',')}}`;
  const indexes = `{${keys.map(({ index }) => index).join(',')}}`;
  return sql`select * from unnest(${ledgers}::text::int4[], ${indexes}::text::int4[]) key (ledger, index)`;
}

/** Those that may be examined: the memo's index leads to them. */
function transactionsWithMemo(
  { sql }: Transaction,
  { memo }: MemoCriterion,
  { order: { direction, reachesCovered }, most }: TransactionQuestion,
): Fragment {
  // The second half keeps the planner at that index, as in `hasId`.
  return sql`
    select ledger, index, memo_type, memo_bytes from transactions
    where memo = ${memo} and memo || '' = ${memo} and ${reachesCovered}
    order by ledger ${direction}, index ${direction} limit ${most}`;
}

/** `end`: that of the last transaction that may be examined. Null if there are not so many. */
async function lookedAt(
  { sql }: Transaction,
  transactions: Fragment,
  { order: { oldestFirst }, most }: TransactionQuestion,
): Promise<Pick<Part, 'end' | 'examined'>> {
  const last = sql.unsafe(oldestFirst ? 'max' : 'min');
  const [row] = await sql<{ examined: number; last: OperationId }[]>`
    select count(*)::int4 as examined, ${last}((ledger::int8 << 32) | (index << 12)) as last from (${transactions}) t`;
  if (row === undefined || row.examined < most) return { end: null, examined: row?.examined ?? 0 };
  const position = positionOfOperation(row.last) + (oldestFirst ? 4095 : 0);
  return { end: { operationId: operationAt(ledgerOfOperation(row.last), position) }, examined: row.examined };
}
