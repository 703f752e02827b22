import type { Hash, ResultCode } from '../brands.ts';
import type { PaymentFailure } from '../facts.ts';
import { blameOf } from './blame.ts';
import { transactionResultCode, TX_FAILED, type OperationVerdict } from './result-codes.ts';

/** The result of a transaction. */
export interface TransactionOutcome {
  readonly succeeded: boolean;
  readonly result: ResultCode;
  readonly innerResult: ResultCode | null;
  readonly innerHash: Hash | null;
  /** The first operation that failed; null if none did or none has a result. */
  readonly firstFailure: OperationFailure | null;
}

interface OperationFailure {
  /** From 1. */
  readonly operationIndex: number;
  readonly verdict: OperationVerdict;
}

/** The result of an operation. */
export interface OperationOutcome {
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** @param inner the result in a fee bump, else null */
export function transactionOutcome(
  code: number,
  inner: { readonly hash: Hash; readonly code: number } | null,
  firstFailure: OperationFailure | null,
): TransactionOutcome {
  return {
    succeeded: (inner ?? { code }).code === 0,
    result: transactionResultCode(code),
    innerResult: inner === null ? null : transactionResultCode(inner.code),
    innerHash: inner === null ? null : inner.hash,
    firstFailure,
  };
}

/** @param own null if the transaction failed before its operations were applied */
export function operationOutcome(
  transaction: TransactionOutcome,
  own: OperationVerdict | null,
): OperationOutcome {
  if (own === null) {
    const reason = transaction.innerResult ?? transaction.result;
    return {
      succeeded: false,
      operationResult: null,
      failure: { reason, cause: null, blame: blameOf(reason) },
    };
  }
  const { code: operationResult, succeeded: ownSuccess } = own;
  if (transaction.succeeded && ownSuccess) return { succeeded: true, operationResult, failure: null };

  const { firstFailure } = transaction;
  const cause = firstFailure && {
    operationIndex: firstFailure.operationIndex,
    code: firstFailure.verdict.code,
  };
  const reason = ownSuccess ? TX_FAILED : operationResult;
  const blame = ownSuccess ? (firstFailure?.verdict.blame ?? blameOf(TX_FAILED)) : own.blame;
  return { succeeded: false, operationResult, failure: { reason, cause, blame } };
}
