import { summarizeLedger } from '@stellar-insights/analytics';
import type { LogEventOf } from '@stellar-insights/contract';
import { ledgerClosed, paymentCreated, paymentFailed } from '@stellar-insights/contract/events';
import {
  isPaymentAttempt,
  type LedgerFacts,
  type PaymentAttemptType,
  type PaymentFact,
} from '@stellar-insights/ledger';
import { renderFailure } from './failure.ts';
import { renderHeader } from './ledger.ts';
import { renderPlace } from './operation.ts';
import { renderKind, renderOrder, type PaymentInLedger } from './payment.ts';

/** The kinds of events that a ledger causes by itself. */
type LedgerEvent = LogEventOf<'ledger.closed' | 'payment.created' | 'payment.failed'>;

/** The events of a ledger: that it closed, then each of its payment attempts in apply order. */
export function ledgerEvents(facts: LedgerFacts): LedgerEvent[] {
  const { closedAt } = facts.header;
  const transactions = new Map(facts.transactions.map((transaction) => [transaction.index, transaction]));
  const payments = facts.payments.filter(isAttempt).map((payment) => {
    const transaction = transactions.get(payment.transactionIndex);
    if (transaction === undefined) throw new TypeError(`payment ${payment.operationId} is of no transaction`);
    return paymentEvent({ payment, transaction, closedAt });
  });
  return [closed(facts), ...payments];
}

function closed(facts: LedgerFacts): LogEventOf<'ledger.closed'> {
  const { header, transactions, operations, attempts } = summarizeLedger(facts);
  return ledgerClosed.create({ ...renderHeader(header), transactions, operations, payments: attempts });
}

/** A payment that counts in a corridor, as `create_account` and `account_merge` do not. */
type Attempt = PaymentFact & { readonly type: PaymentAttemptType };

function isAttempt(payment: PaymentFact): payment is Attempt {
  return isPaymentAttempt(payment.type);
}

/** What became of one payment attempt. */
function paymentEvent({
  payment,
  transaction,
  closedAt,
}: PaymentInLedger<Attempt>): LogEventOf<'payment.created' | 'payment.failed'> {
  const { fixedAmount, limitAmount, sentAmount, deliveredAmount, failure } = payment;
  const attempt = {
    ...renderPlace(payment, transaction, closedAt),
    ...renderOrder(payment, transaction),
    fixed_stroops: String(fixedAmount),
    limit_stroops: limitAmount?.toString() ?? null,
    ...renderKind(payment),
  };
  return failure === null
    ? paymentCreated.create({
        ...attempt,
        sent_stroops: String(sentAmount),
        delivered_stroops: String(deliveredAmount),
      })
    : paymentFailed.create({ ...attempt, failure: renderFailure(failure) });
}
