import type { OperationResultWire, TransactionResultWire } from '@stellar/stellar-sdk/xdr';
import type { Hash, ResultCode } from '../brands.ts';
import type { PaymentFailure } from '../facts.ts';
import { blameOf } from './blame.ts';
import { hex } from './hash.ts';
import { operationResultCode, operationSucceeded, transactionResultCode, TX_FAILED } from './result-codes.ts';

/** The result of a transaction. */
export interface TransactionOutcome {
  readonly succeeded: boolean;
  readonly result: ResultCode;
  readonly innerResult: ResultCode | null;
  readonly innerHash: Hash | null;
  /** One for each operation; null if the transaction failed before its operations were applied. */
  readonly operations: readonly OperationResultWire[] | null;
  readonly cause: PaymentFailure['cause'];
}

/** The result of an operation. */
export interface OperationOutcome {
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

export function transactionOutcome({ result }: TransactionResultWire): TransactionOutcome {
  const inner = 'innerResultPair' in result ? result.innerResultPair : null;
  const applied = inner?.result.result ?? result;
  const operations = 'results' in applied ? applied.results : null;
  return {
    succeeded: applied.code === 0,
    result: transactionResultCode(result.code),
    innerResult: inner === null ? null : transactionResultCode(applied.code),
    innerHash: inner === null ? null : hex(inner.transactionHash),
    operations,
    cause: operations === null ? null : firstFailure(operations),
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
  const operationResult = operationResultCode(own);
  const ownSuccess = operationSucceeded(own);
  if (transaction.succeeded && ownSuccess) return { succeeded: true, operationResult, failure: null };

  const { cause } = transaction;
  const reason = ownSuccess ? TX_FAILED : operationResult;
  const blame = blameOf(ownSuccess && cause !== null ? cause.code : reason);
  return { succeeded: false, operationResult, failure: { reason, cause, blame } };
}

function firstFailure(results: readonly OperationResultWire[]): PaymentFailure['cause'] {
  const index = results.findIndex((result) => !operationSucceeded(result));
  const result = results[index];
  return result === undefined ? null : { operationIndex: index + 1, code: operationResultCode(result) };
}
