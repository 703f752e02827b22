import { summarizeLedger } from '@stellar-insights/analytics';
import type { LedgerClosed, LogEvent } from '@stellar-insights/contract';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { renderHeader } from './ledger.ts';
import { isAttempt, paymentEvent } from './payment-event.ts';

/** The events of a ledger: that it closed, then each of its payment attempts in apply order. */
export function ledgerEvents(facts: LedgerFacts): LogEvent[] {
  const { closedAt } = facts.header;
  const transactions = new Map(facts.transactions.map((transaction) => [transaction.index, transaction]));
  const payments = facts.payments.filter(isAttempt).map((payment) => {
    const transaction = transactions.get(payment.transactionIndex);
    if (transaction === undefined) throw new TypeError(`payment ${payment.operationId} is of no transaction`);
    return paymentEvent({ payment, transaction, closedAt });
  });
  return [ledgerClosed(facts), ...payments];
}

function ledgerClosed(facts: LedgerFacts): LedgerClosed {
  const { header, transactions, operations, attempts } = summarizeLedger(facts);
  return {
    event: 'ledger.closed',
    channels: ['ledgers'],
    data: { ...renderHeader(header), transactions, operations, payments: attempts },
  };
}
