import type { Payment } from '@stellar-insights/contract';
import type { PaymentFact, TransactionFact } from '@stellar-insights/ledger';
import { renderFailure } from './failure.ts';
import { renderMemo } from './memo.ts';
import { amount, isoTime } from './values.ts';

/** A payment with what it takes from its transaction and its ledger. */
export interface PaymentInLedger<Fact extends PaymentFact = PaymentFact> {
  readonly payment: Fact;
  readonly transaction: TransactionFact;
  /** Close time of the ledger, in unix milliseconds. */
  readonly closedAt: number;
}

/** A payment as REST answers it. */
export function renderPayment({ payment, transaction, closedAt }: PaymentInLedger): Payment {
  return {
    ...renderPlace(payment, transaction, closedAt),
    operation_index: payment.operationIndex,
    ...renderOrder(payment, transaction),
    ...amount('fixed', payment.fixedAmount),
    ...amount('limit', payment.limitAmount),
    ...amount('sent', payment.sentAmount),
    ...amount('delivered', payment.deliveredAmount),
    succeeded: payment.succeeded,
    failure: payment.failure && renderFailure(payment.failure),
    ...renderKind(payment),
  };
}

/** The columns of `renderPayment` in CSV. */
export const PAYMENT_COLUMNS = [
  'op_id',
  'ledger',
  'closed_at',
  'tx_hash',
  'inner_hash',
  'operation_index',
  'memo.type',
  'memo.text',
  'memo.bytes',
  'memo.id',
  'memo.hash',
  'type',
  'source',
  'source_muxed_id',
  'destination',
  'destination_muxed_id',
  'source_asset',
  'dest_asset',
  'path',
  'fixed_side',
  'fixed',
  'fixed_stroops',
  'limit',
  'limit_stroops',
  'sent',
  'sent_stroops',
  'delivered',
  'delivered_stroops',
  'succeeded',
  'failure.reason',
  'failure.blame',
  'failure.cause.operation_index',
  'failure.cause.code',
  'is_self_payment',
  'is_cycle',
] as const;

/* The parts that REST and events share, each in the order in which both print it. */

/** Where the payment is in the chain. */
export function renderPlace(payment: PaymentFact, { hash, innerHash }: TransactionFact, closedAt: number) {
  return {
    op_id: payment.operationId.toString(),
    ledger: payment.ledger,
    closed_at: isoTime(closedAt),
    tx_hash: hash,
    inner_hash: innerHash,
  };
}

/** What the sender ordered, without amounts. */
export function renderOrder<Type extends PaymentFact['type']>(
  payment: PaymentFact & { readonly type: Type },
  { memo }: TransactionFact,
) {
  return {
    memo: renderMemo(memo),
    type: payment.type,
    source: payment.source,
    source_muxed_id: payment.sourceMuxedId?.toString() ?? null,
    destination: payment.destination,
    destination_muxed_id: payment.destinationMuxedId?.toString() ?? null,
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    path: [...payment.path],
    fixed_side: payment.fixedSide,
  };
}

export function renderKind({ isSelfPayment, isCycle }: PaymentFact) {
  return { is_self_payment: isSelfPayment, is_cycle: isCycle };
}
