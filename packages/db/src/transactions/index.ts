export { listTransactions, type TransactionListFilter, type TransactionPage } from './list-transactions.ts';
export { readTransaction, type TransactionDetail } from './read-transaction.ts';
export type { StoredTransaction } from './stored-transactions.ts';
