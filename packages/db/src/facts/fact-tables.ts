import { addPayments, bucketStart, emptyBuckets } from '@stellar-insights/analytics';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { claimableBalances } from '../tables/claimable-balances.ts';
import { clawbacks } from '../tables/clawbacks.ts';
import { contractTransfers } from '../tables/contract-transfers.ts';
import { dirtyCorridorBuckets } from '../tables/corridor-buckets.ts';
import { ledgers } from '../tables/ledgers.ts';
import { payments } from '../tables/payments.ts';
import { poolOperations } from '../tables/pool-operations.ts';
import { dirtyPoolBuckets } from '../tables/pools.ts';
import { trades } from '../tables/trades.ts';
import { transactions } from '../tables/transactions.ts';
import { trustlineOperations } from '../tables/trustline-operations.ts';
import {
  claimableBalanceRow,
  clawbackRow,
  contractTransferRow,
  ledgerRow,
  paymentRow,
  poolOperationRow,
  tradeRow,
  transactionRow,
  trustlineOperationRow,
} from './fact-rows.ts';
import { rowsOf, type RowsOf } from './table-rows.ts';

/** The rows that ledgers are stored as, table by table. */
export function factTables(facts: readonly LedgerFacts[]): RowsOf[] {
  return [
    rowsOf(
      ledgers,
      facts.map(({ header }) => ledgerRow(header)),
    ),
    ...contentTables(facts),
  ];
}

/** The rows of what happened in ledgers. */
function contentTables(facts: readonly Omit<LedgerFacts, 'header'>[]): RowsOf[] {
  return [
    rowsOf(
      transactions,
      facts.flatMap((ledger) => ledger.transactions.map(transactionRow)),
    ),
    rowsOf(
      payments,
      facts.flatMap((ledger) => ledger.payments.map(paymentRow)),
    ),
    rowsOf(
      claimableBalances,
      facts.flatMap((ledger) => ledger.claimableBalances.map(claimableBalanceRow)),
    ),
    rowsOf(
      clawbacks,
      facts.flatMap((ledger) => ledger.clawbacks.map(clawbackRow)),
    ),
    rowsOf(
      contractTransfers,
      facts.flatMap((ledger) => ledger.contractTransfers.map(contractTransferRow)),
    ),
    rowsOf(
      trustlineOperations,
      facts.flatMap((ledger) => ledger.trustlineOperations.map(trustlineOperationRow)),
    ),
    rowsOf(
      poolOperations,
      facts.flatMap((ledger) => ledger.poolOperations.map(poolOperationRow)),
    ),
    rowsOf(
      trades,
      facts.flatMap((ledger) => ledger.trades.map(tradeRow)),
    ),
  ];
}

/** Marks of the buckets that ledgers belong to: of corridors by their attempts, of pools by their trades. */
export function dirtyMarks(facts: readonly LedgerFacts[]): RowsOf[] {
  return [
    rowsOf(dirtyCorridorBuckets, facts.flatMap(corridorMarks)),
    rowsOf(dirtyPoolBuckets, facts.flatMap(poolMarks)),
  ];
}

function corridorMarks({ header, payments: attempts }: LedgerFacts) {
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

function poolMarks({ header, trades: all }: LedgerFacts) {
  if (!all.some(({ maker }) => maker.type === 'pool')) return [];
  return [{ bucketStart: new Date(bucketStart(header.closedAt)), ledger: header.sequence }];
}
