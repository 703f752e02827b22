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
  /** One for each operation; null if the transaction failed before its operations were applied. */
  readonly operations: readonly OperationVerdict[] | null;
  /** The first operation that failed; null if none did or none has a result. */
  readonly firstFailure: { readonly operationIndex: number; readonly verdict: OperationVerdict } | null;
}

/** The result of an operation. */
export interface OperationOutcome {
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** `inner` is the result in a fee bump, else null. */
export function transactionOutcome(
  code: number,
  inner: { readonly hash: Hash; readonly code: number } | null,
  operations: readonly OperationVerdict[] | null,
): TransactionOutcome {
  return {
    succeeded: (inner ?? { code }).code === 0,
    result: transactionResultCode(code),
    innerResult: inner === null ? null : transactionResultCode(inner.code),
    innerHash: inner === null ? null : inner.hash,
    operations,
    firstFailure: operations === null ? null : firstFailureOf(operations),
  };
}

/** `operationIndex` counts from 1. */
export function operationOutcome(transaction: TransactionOutcome, operationIndex: number): OperationOutcome {
  const own = transaction.operations?.[operationIndex - 1];
  if (own === undefined) {
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

/** `operationIndex` counts from 1. */
function firstFailureOf(operations: readonly OperationVerdict[]): TransactionOutcome['firstFailure'] {
  const place = operations.findIndex(({ succeeded }) => !succeeded);
  const verdict = operations[place];
  return verdict === undefined ? null : { operationIndex: place + 1, verdict };
}
