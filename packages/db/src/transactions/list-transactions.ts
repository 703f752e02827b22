import type { ResultCode } from '@stellar-insights/ledger';
import {
  byIndex,
  byReading,
  findFilterIds,
  hasId,
  whereGiven,
  type Criterion,
  type FilterIds,
} from '../history/criteria.ts';
import { listRows, type PageOptions } from '../history/list-facts.ts';
import { memoCriterion, type MemoFilter } from '../history/memo-filter.ts';
import type { Wanted } from '../history/part-reader.ts';
import { eitherOf, eitherPartyCriteria, type Party } from '../history/parties.ts';
import type { Place } from '../history/row-order.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';
import { storedTransactions, type StoredTransaction } from './stored-transactions.ts';

/** An index serves `account` and `memo`. */
export interface TransactionListFilter {
  /** The source, or who pays the fee. */
  readonly account?: Party | undefined;
  readonly memo?: MemoFilter | undefined;
  readonly succeeded?: boolean | undefined;
  /** The outer or the inner code. */
  readonly result?: ResultCode | undefined;
}

export interface TransactionPage {
  /** `limit` at most. If those that fit are few or lie far apart, there can be fewer, or none, although others follow. */
  readonly transactions: StoredTransaction[];
  /** The next page begins beyond this place. Null if no transaction follows. */
  readonly next: Place | null;
}

/** Transactions in the order of ledger and index. The id of one is that of an operation with the index 0. */
export async function listTransactions(
  tx: Transaction,
  filter: TransactionListFilter,
  options: PageOptions,
): Promise<TransactionPage> {
  const wanted = await transactionsWanted(tx, filter);
  if (wanted === null) return { transactions: [], next: null };
  const { rows, next } = await listRows(tx, { table: transactions, key: 'transaction' }, wanted, options);
  return { transactions: await storedTransactions(tx, rows), next };
}

async function transactionsWanted(
  tx: Transaction,
  { account, memo, succeeded, result }: TransactionListFilter,
): Promise<Wanted | null> {
  const ids = await findFilterIds(tx, { accounts: [account?.account], codes: [result] });
  if (ids === null) return null;
  const { sql } = tx;
  const criteria = [
    ...whereGiven(account, (party) => ofParty(tx, party, ids)),
    ...whereGiven(memo, (filter) => ofMemo(tx, filter)),
    ...whereGiven(succeeded, (outcome) => byReading(sql`succeeded = ${outcome}`)),
    ...whereGiven(result, (name) => byReading(sql`${ids.code(name)}::int2 in (result, inner_result)`)),
  ];
  return { criteria };
}

function ofParty(tx: Transaction, party: Party, ids: FilterIds): Criterion[] {
  const id = ids.account(party.account);
  const isFeeSource = tx.sql`${hasId(tx, 'fee_source', id)} and fee_source <> source`;
  const [, ...muxed] = eitherPartyCriteria(tx, ['source', 'fee_source'], party, ids);
  return [eitherOf(tx, hasId(tx, 'source', id), isFeeSource), ...muxed];
}

/** The index leads to texts that may have other bytes. */
function ofMemo({ sql }: Transaction, filter: MemoFilter): Criterion[] {
  const { memo, isExact } = memoCriterion({ sql }, filter);
  // Said twice for the reason that `hasId` has.
  return [byIndex(sql`memo = ${memo} and memo || '' = ${memo}`), byReading(isExact)];
}
