import {
  positionOfOperation,
  type Blame,
  type Hash,
  type LedgerSequence,
  type OperationId,
  type PaymentFailure,
  type ResultCode,
} from '@stellar-insights/ledger';
import { boolean, int32, int64Of, nullable, textOf, timestamp, uint32Of, type RowOf } from './columns.ts';
import type { LedgerContext } from './lake-table.ts';

/* The columns that the tables of operations have in common, and the parts of facts that they hold. */

/** Where an operation is in the chain. */
export const placeColumns = {
  op_id: int64Of<OperationId>(),
  ledger: uint32Of<LedgerSequence>(),
  transaction_index: int32,
  operation_index: int32,
  closed_at: timestamp,
};

export const outcomeColumns = {
  succeeded: boolean,
  operation_result: nullable(textOf<ResultCode>()),
  failure_reason: nullable(textOf<ResultCode>()),
  failure_blame: nullable(textOf<Blame>()),
  failure_cause_operation_index: nullable(int32),
  failure_cause_code: nullable(textOf<ResultCode>()),
};

interface PlacedFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
}

interface Outcome {
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

export function placeRow({ operationId, ledger }: PlacedFact, closedAt: number): RowOf<typeof placeColumns> {
  const position = positionOfOperation(operationId);
  return {
    op_id: operationId,
    ledger,
    transaction_index: position >>> 12,
    operation_index: position & 0xfff,
    closed_at: closedAt,
  };
}

export function placeFact(row: RowOf<typeof placeColumns>): PlacedFact {
  return { operationId: row.op_id, ledger: row.ledger };
}

/** The place of an operation, with the hash of its transaction. */
export function hashedPlaceFact(
  row: RowOf<typeof placeColumns>,
  ledger: LedgerContext,
): PlacedFact & { readonly transactionHash: Hash } {
  return { ...placeFact(row), transactionHash: ledger.hashOf(row.transaction_index) };
}

export function outcomeRow({ succeeded, operationResult, failure }: Outcome): RowOf<typeof outcomeColumns> {
  return {
    succeeded,
    operation_result: operationResult,
    failure_reason: failure?.reason ?? null,
    failure_blame: failure?.blame ?? null,
    failure_cause_operation_index: failure?.cause?.operationIndex ?? null,
    failure_cause_code: failure?.cause?.code ?? null,
  };
}

export function outcomeFact(row: RowOf<typeof outcomeColumns>): Outcome {
  return { succeeded: row.succeeded, operationResult: row.operation_result, failure: failureOf(row) };
}

function failureOf(row: RowOf<typeof outcomeColumns>): PaymentFailure | null {
  const { failure_reason: reason, failure_blame: blame } = row;
  if (reason === null || blame === null) return null;
  const { failure_cause_operation_index: operationIndex, failure_cause_code: code } = row;
  return { reason, cause: operationIndex === null || code === null ? null : { operationIndex, code }, blame };
}
