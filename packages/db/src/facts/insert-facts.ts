import { addPayments, emptyBuckets } from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { claimableBalanceRow, ledgerRow, paymentRow, tradeRow, transactionRow } from './fact-rows.ts';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { dirtyCorridorBuckets } from '../tables/corridor-buckets.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import type { Transaction } from '../transaction.ts';
import { insertRows } from './table-rows.ts';

/** Stores all facts of one ledger, and marks the corridor buckets that they belong to. The ledger's partitions must exist. */
export async function insertFacts(tx: Transaction, facts: LedgerFacts): Promise<void> {
  // Sent together and run in this order: one round trip for all.
  await Promise.all([
    insertRows(tx, ledgers, [ledgerRow(facts.header)]),
    insertRows(tx, transactions, facts.transactions.map(transactionRow)),
    insertRows(tx, payments, facts.payments.map(paymentRow)),
    insertRows(tx, claimableBalances, facts.claimableBalances.map(claimableBalanceRow)),
    insertRows(tx, trades, facts.trades.map(tradeRow)),
    insertRows(tx, dirtyCorridorBuckets, dirtyMarks(facts)),
  ]);
}

function dirtyMarks({
  header,
  payments: attempts,
}: LedgerFacts): (typeof dirtyCorridorBuckets.$inferInsert)[] {
  const buckets = emptyBuckets();
  addPayments(buckets, header.closedAt, attempts);
  return [...buckets.tables].flatMap(([start, table]) =>
    [...table.values()].map(({ sourceAsset, destAsset }) => ({
      bucketStart: new Date(start),
      sourceAsset,
      destAsset,
      ledger: header.sequence,
    })),
  );
}
