import type { Payment } from '@stellar-insights/contract';
import type { LedgerFacts, Memo, PaymentFact, TransactionFact } from '@stellar-insights/ledger';
import type { Simulation } from '@stellar-insights/simnet/testing';

export interface Truth {
  readonly header: LedgerFacts['header'];
  readonly transaction: TransactionFact;
  readonly payment: PaymentFact;
}

/** Newest first. */
export function truths({ ledgers }: Simulation): Truth[] {
  return ledgers
    .flatMap(({ header, transactions, payments }) =>
      payments.map((payment) => {
        const transaction = transactions[payment.transactionIndex - 1];
        if (transaction === undefined)
          throw new RangeError(`payment ${payment.operationId} has no transaction`);
        return { header, transaction, payment };
      }),
    )
    .toReversed();
}

export function expectedPayment({ header, transaction, payment }: Truth): Payment {
  const { failure } = payment;
  return {
    op_id: `${payment.operationId}`,
    ledger: header.sequence,
    closed_at: new Date(header.closedAt).toISOString(),
    tx_hash: payment.transactionHash,
    inner_hash: transaction.innerHash,
    operation_index: payment.operationIndex,
    memo: expectedMemo(transaction.memo),
    type: payment.type,
    source: payment.source,
    source_muxed_id: text(payment.sourceMuxedId),
    destination: payment.destination,
    destination_muxed_id: text(payment.destinationMuxedId),
    source_asset: payment.sourceAsset,
    dest_asset: payment.destAsset,
    path: [...payment.path],
    fixed_side: payment.fixedSide,
    fixed: units(payment.fixedAmount),
    fixed_stroops: text(payment.fixedAmount),
    limit: units(payment.limitAmount),
    limit_stroops: text(payment.limitAmount),
    sent: units(payment.sentAmount),
    sent_stroops: text(payment.sentAmount),
    delivered: units(payment.deliveredAmount),
    delivered_stroops: text(payment.deliveredAmount),
    succeeded: payment.succeeded,
    failure: failure && {
      reason: failure.reason,
      blame: failure.blame,
      cause: failure.cause && { operation_index: failure.cause.operationIndex, code: failure.cause.code },
    },
    is_self_payment: payment.isSelfPayment,
    is_cycle: payment.isCycle,
  };
}

export function expectedMemo(memo: Memo): Payment['memo'] {
  if (memo.type === 'id') return { type: 'id', id: `${memo.id}` };
  return memo.type === 'text' ? { ...memo, text: memo.text.replaceAll('\0', '\uFFFD') } : { ...memo };
}

export function text(value: bigint | null): string | null {
  return value === null ? null : `${value}`;
}

export function units(stroops: bigint | null): string | null {
  if (stroops === null) return null;
  const sign = stroops < 0n ? '-' : '';
  const digits = `${stroops}`.slice(sign.length).padStart(8, '0');
  return `${sign}${digits.slice(0, -7)}.${digits.slice(-7)}`;
}
