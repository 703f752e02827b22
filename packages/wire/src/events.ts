import { summarizeLedger } from '@stellar-insights/analytics';
import type { LedgerClosed, LogEvent, PaymentCreated, PaymentFailed } from '@stellar-insights/contract';
import { accountChannel, assetChannel, corridorChannel } from '@stellar-insights/contract/channels';
import {
  isPaymentAttempt,
  type LedgerFacts,
  type PaymentAttemptType,
  type PaymentFact,
} from '@stellar-insights/ledger';
import { renderFailure } from './failure.ts';
import { renderHeader } from './ledger.ts';
import { renderKind, renderOrder, renderPlace, type PaymentInLedger } from './payment.ts';

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
}: PaymentInLedger<Attempt>): PaymentCreated | PaymentFailed {
  const { fixedAmount, limitAmount, sentAmount, deliveredAmount, failure } = payment;
  const channels = channelsOf(payment);
  const attempt = {
    ...renderPlace(payment, transaction, closedAt),
    ...renderOrder(payment, transaction),
    fixed_stroops: String(fixedAmount),
    limit_stroops: limitAmount?.toString() ?? null,
    ...renderKind(payment),
  };
  return failure === null
    ? {
        event: 'payment.created',
        channels,
        data: { ...attempt, sent_stroops: String(sentAmount), delivered_stroops: String(deliveredAmount) },
      }
    : { event: 'payment.failed', channels, data: { ...attempt, failure: renderFailure(failure) } };
}

function channelsOf({ source, destination, sourceAsset, destAsset }: Attempt): string[] {
  const channels = new Set([
    'payments',
    corridorChannel(sourceAsset, destAsset),
    accountChannel(source),
    accountChannel(destination),
    assetChannel(sourceAsset),
    assetChannel(destAsset),
  ]);
  return [...channels];
}
