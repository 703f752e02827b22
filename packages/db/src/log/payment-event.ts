import {
  accountChannel,
  assetChannel,
  corridorChannel,
  type EventMemo,
  type PaymentCreated,
  type PaymentFailed,
} from '@stellar-insights/contract';
import type { Memo, TransactionFact } from '@stellar-insights/ledger';
import type { Attempt } from '../facts/attempt.ts';
import { storableText } from '../facts/memo-columns.ts';

/** `closedAt`: ISO 8601, of the payment's ledger. */
export function paymentEvent(
  payment: Attempt,
  transaction: TransactionFact,
  closedAt: string,
): PaymentCreated | PaymentFailed {
  const { sentAmount, deliveredAmount, failure } = payment;
  const channels = channelsOf(payment);
  const attempt = attemptData(payment, transaction, closedAt);
  if (failure !== null) {
    const { reason, blame, cause } = failure;
    return {
      event: 'payment.failed',
      channels,
      data: {
        ...attempt,
        failure: {
          reason,
          blame,
          cause: cause && { operation_index: cause.operationIndex, code: cause.code },
        },
      },
    };
  }
  return {
    event: 'payment.created',
    channels,
    data: { ...attempt, sent_stroops: String(sentAmount), delivered_stroops: String(deliveredAmount) },
  };
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

function attemptData(payment: Attempt, { hash, innerHash, memo }: TransactionFact, closedAt: string) {
  return {
    op_id: payment.operationId.toString(),
    ledger: payment.ledger,
    closed_at: closedAt,
    tx_hash: hash,
    inner_hash: innerHash,
    memo: eventMemo(memo),
    type: payment.type,
    source: payment.source,
    source_muxed_id: payment.sourceMuxedId?.toString() ?? null,
    destination: payment.destination,
    destination_muxed_id: payment.destinationMuxedId?.toString() ?? null,
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    path: [...payment.path],
    fixed_side: payment.fixedSide,
    fixed_stroops: String(payment.fixedAmount),
    limit_stroops: payment.limitAmount?.toString() ?? null,
    is_self_payment: payment.isSelfPayment,
    is_cycle: payment.isCycle,
  };
}

function eventMemo(memo: Memo): EventMemo {
  switch (memo.type) {
    case 'none':
      return { type: 'none' };
    case 'text':
      return { type: 'text', text: storableText(memo.text), bytes: memo.bytes };
    case 'id':
      return { type: 'id', id: memo.id.toString() };
    case 'hash':
    case 'return':
      return { type: memo.type, hash: memo.hash };
  }
}
