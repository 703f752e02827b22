import type {
  InnerTransactionResultWire,
  OperationResultWire,
  TransactionResultPairWire,
  TransactionResultWire,
} from '@stellar/stellar-sdk/xdr';
import { TRANSACTION_CODES } from '../transactions/plan.ts';
import type { AppliedTransaction, TransactionEnd } from '../transactions/apply-transaction.ts';

/** The result of a transaction as the ledger contains it. */
export function resultPairWire(
  { transaction, end }: AppliedTransaction,
  feeCharged: bigint,
): TransactionResultPairWire {
  const { hash, innerHash } = transaction;
  const result =
    innerHash === null || (end.type === 'invalid' && end.byFeeSource)
      ? plainResult(end)
      : feeBumpResult(end, innerHash);
  return { transactionHash: hash, result: { feeCharged, result, ext: { v: 0 } } };
}

function plainResult(end: TransactionEnd): InnerTransactionResultWire['result'] {
  switch (end.type) {
    case 'success':
      return { code: 0, results: operationResults(end) };
    case 'failed':
      return { code: -1, results: operationResults(end) };
    case 'invalid':
      return { code: TRANSACTION_CODES[end.code] };
  }
}

function feeBumpResult(end: TransactionEnd, transactionHash: Uint8Array): TransactionResultWire['result'] {
  const result: InnerTransactionResultWire = { feeCharged: 0n, result: plainResult(end), ext: { v: 0 } };
  return { code: end.type === 'success' ? 1 : -13, innerResultPair: { transactionHash, result } };
}

function operationResults(
  end: Extract<TransactionEnd, { readonly outcomes: unknown }>,
): OperationResultWire[] {
  return end.outcomes.map(({ result }) => result);
}
