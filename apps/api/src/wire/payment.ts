import type { Payment } from '@stellar-insights/contract';
import type { StoredPayment } from '@stellar-insights/db';
import type { Memo, PaymentFailure } from '@stellar-insights/ledger';
import { decimal } from './amounts.ts';
import { isoTime } from './time.ts';

export function paymentOnWire({ payment, transaction, closedAt }: StoredPayment): Payment {
  return {
    op_id: payment.operationId.toString(),
    ledger: payment.ledger,
    closed_at: isoTime(closedAt),
    tx_hash: transaction.hash,
    inner_hash: transaction.innerHash,
    operation_index: payment.operationIndex,
    memo: memoOnWire(transaction.memo),
    type: payment.type,
    source: payment.source,
    source_muxed_id: payment.sourceMuxedId?.toString() ?? null,
    destination: payment.destination,
    destination_muxed_id: payment.destinationMuxedId?.toString() ?? null,
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    path: [...payment.path],
    fixed_side: payment.fixedSide,
    ...amount('fixed', payment.fixedAmount),
    ...amount('limit', payment.limitAmount),
    ...amount('sent', payment.sentAmount),
    ...amount('delivered', payment.deliveredAmount),
    succeeded: payment.succeeded,
    failure: payment.failure && failureOnWire(payment.failure),
    is_self_payment: payment.isSelfPayment,
    is_cycle: payment.isCycle,
  };
}

type Amount<Name extends string> = Record<Name | `${Name}_stroops`, string | null>;

function amount<Name extends string>(name: Name, stroops: bigint | null): Amount<Name> {
  const units = stroops === null ? null : decimal(stroops);
  return { [name]: units, [`${name}_stroops`]: stroops?.toString() ?? null } as Amount<Name>;
}

function failureOnWire({ reason, blame, cause }: PaymentFailure): NonNullable<Payment['failure']> {
  return { reason, blame, cause: cause && { operation_index: cause.operationIndex, code: cause.code } };
}

function memoOnWire(memo: Memo): Payment['memo'] {
  switch (memo.type) {
    case 'none':
      return { type: 'none' };
    case 'text':
      // As in events: NUL is not text that every client can hold; `bytes` is exact.
      return { type: 'text', text: memo.text.replaceAll('\0', '\uFFFD'), bytes: memo.bytes };
    case 'id':
      return { type: 'id', id: memo.id.toString() };
    case 'hash':
    case 'return':
      return { type: memo.type, hash: memo.hash };
  }
}
