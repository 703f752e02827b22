import type { Payment } from '@stellar-insights/contract';
import type { PaymentFact, TransactionFact } from '@stellar-insights/ledger';
import { renderMemo } from './memo.ts';
import { MEMO_COLUMNS, OUTCOME_COLUMNS, PLACE_COLUMNS, renderOutcome, renderPlace } from './operation.ts';
import { amount } from './values.ts';

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
    ...renderOutcome(payment),
    ...renderKind(payment),
  };
}

/** The columns of `renderPayment` in CSV. */
export const PAYMENT_COLUMNS = [
  ...PLACE_COLUMNS,
  'operation_index',
  ...MEMO_COLUMNS,
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
  ...OUTCOME_COLUMNS,
  'is_self_payment',
  'is_cycle',
] as const;

/* The parts that REST and events share, each in the order in which both print it. */

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
