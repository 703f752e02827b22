import {
  positionOfOperation,
  type Blame,
  type Hash,
  type LedgerFacts,
  type LedgerSequence,
  type OperationId,
  type PaymentFailure,
  type ResultCode,
} from '@stellar-insights/ledger';
import type { TableName } from '../lake/chunk.ts';
import {
  boolean,
  int32,
  int64Of,
  nullable,
  textOf,
  timestamp,
  uint32Of,
  type Columns,
  type RowOf,
} from './columns.ts';
import { lakeTable, type LakeTable } from './lake-table.ts';

/** What the facts of all kinds of operations have. */
interface OperationFact extends PlacedFact, Outcome {
  readonly transactionHash: Hash;
}

interface OperationTableDefinition<Fact, Own extends Columns> {
  readonly name: TableName;
  /** What the table has of its own, between the place of an operation and its outcome. */
  readonly columns: Own;
  factsOf(ledger: LedgerFacts): readonly Fact[];
  toRow(fact: Fact): RowOf<Own>;
  toFact(row: RowOf<typeof placeColumns & Own>, operation: OperationFact): Fact;
}

/** A kind of operation as a table. */
export function operationTable<Fact extends OperationFact, Own extends Columns>(
  definition: OperationTableDefinition<Fact, Own>,
): LakeTable<Fact> {
  return lakeTable({
    name: definition.name,
    columns: { ...placeColumns, ...definition.columns, ...outcomeColumns },
    ledger: 'ledger',
    factsOf: (ledger) => definition.factsOf(ledger),
    toRow: (fact: Fact, closedAt) => ({
      ...placeRow(fact, closedAt),
      ...definition.toRow(fact),
      ...outcomeRow(fact),
    }),
    toFact: (row, ledger) => {
      const { transaction_index: index }: RowOf<typeof placeColumns> = row;
      const transactionHash = ledger.hashOf(index);
      return definition.toFact(row, { ...placeFact(row), transactionHash, ...outcomeFact(row) });
    },
  });
}

/** Where an operation is in the chain. */
export const placeColumns = {
  op_id: int64Of<OperationId>(),
  ledger: uint32Of<LedgerSequence>(),
  transaction_index: int32,
  operation_index: int32,
  closed_at: timestamp,
};

/** How an operation ended. */
const outcomeColumns = {
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

function outcomeRow({ succeeded, operationResult, failure }: Outcome): RowOf<typeof outcomeColumns> {
  return {
    succeeded,
    operation_result: operationResult,
    failure_reason: failure?.reason ?? null,
    failure_blame: failure?.blame ?? null,
    failure_cause_operation_index: failure?.cause?.operationIndex ?? null,
    failure_cause_code: failure?.cause?.code ?? null,
  };
}

function outcomeFact(row: RowOf<typeof outcomeColumns>): Outcome {
  return { succeeded: row.succeeded, operationResult: row.operation_result, failure: failureOf(row) };
}

function failureOf(row: RowOf<typeof outcomeColumns>): PaymentFailure | null {
  const { failure_reason: reason, failure_blame: blame } = row;
  if (reason === null || blame === null) return null;
  const { failure_cause_operation_index: operationIndex, failure_cause_code: code } = row;
  return { reason, cause: operationIndex === null || code === null ? null : { operationIndex, code }, blame };
}
