import type { LedgerFacts } from '@stellar-insights/ledger';
import { compareRows, type Difference } from './difference.ts';
import { claimableBalanceRow, ledgerRow, paymentRow, tradeRow, transactionRow } from './fact-rows.ts';

/** Every cell in which what is stored of a ledger is not what was recomputed. */
export function compareLedger(stored: LedgerFacts | null, recomputed: LedgerFacts): Difference[] {
  const header = compareRows('ledgers', ['sequence'], stored === null ? [] : [ledgerRow(stored.header)], [
    ledgerRow(recomputed.header),
  ]);
  // A ledger that is not stored has no rows anywhere: one difference says it all.
  if (stored === null) return header;
  return [
    ...header,
    ...compareRows(
      'transactions',
      ['ledger', 'index'],
      stored.transactions.map(transactionRow),
      recomputed.transactions.map(transactionRow),
    ),
    ...compareRows(
      'payments',
      ['operation_id'],
      stored.payments.map(paymentRow),
      recomputed.payments.map(paymentRow),
    ),
    ...compareRows(
      'claimable_balances',
      ['operation_id'],
      stored.claimableBalances.map(claimableBalanceRow),
      recomputed.claimableBalances.map(claimableBalanceRow),
    ),
    ...compareRows(
      'trades',
      ['operation_id', 'order'],
      stored.trades.map(tradeRow),
      recomputed.trades.map(tradeRow),
    ),
  ];
}
