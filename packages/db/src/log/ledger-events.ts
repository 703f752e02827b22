import type { LedgerClosed, LogEvent } from '@stellar-insights/contract';
import type { LedgerFacts } from '@stellar-insights/ledger';
import { isAttempt } from '../facts/attempt.ts';
import { paymentEvent } from './payment-event.ts';

/** What a ledger tells the world: that it closed, then each of its payment attempts, in apply order. */
export function ledgerEvents(facts: LedgerFacts): LogEvent[] {
  const closedAt = new Date(facts.header.closedAt).toISOString();
  const transactions = new Map(facts.transactions.map((transaction) => [transaction.index, transaction]));
  const payments = facts.payments.filter(isAttempt).map((payment) => {
    const transaction = transactions.get(payment.transactionIndex);
    if (transaction === undefined) throw new TypeError(`payment ${payment.operationId} is of no transaction`);
    return paymentEvent(payment, transaction, closedAt);
  });
  return [ledgerClosed(facts, closedAt), ...payments];
}

function ledgerClosed({ header, transactions, payments }: LedgerFacts, closedAt: string): LedgerClosed {
  return {
    event: 'ledger.closed',
    channels: ['ledgers'],
    data: {
      sequence: header.sequence,
      hash: header.hash,
      previous_hash: header.previousHash,
      closed_at: closedAt,
      protocol_version: header.protocolVersion,
      transactions: outcomes(transactions),
      operations: transactions.reduce((sum, { operationCount }) => sum + operationCount, 0),
      payments: outcomes(payments.filter(isAttempt)),
    },
  };
}

function outcomes(facts: readonly { readonly succeeded: boolean }[]) {
  const succeeded = facts.filter((fact) => fact.succeeded).length;
  return { succeeded, failed: facts.length - succeeded };
}
