import {
  operationId,
  type Hash,
  type LedgerSequence,
  type OperationId,
  type PaymentFailure,
  type ResultCode,
  type Stroops,
} from '@stellar-insights/ledger';
import { hex } from '../digest.ts';
import type { Party } from '../key-pair.ts';
import type { Operation, OperationBody } from '../operations/operation.ts';
import type { Outcome } from '../operations/outcome.ts';
import { codeOf, type AppliedTransaction } from '../transactions/apply-transaction.ts';

/** One operation of a ledger with everything that the simulator knows of it: its body and its outcome. */
export interface WitnessedOperation {
  readonly body: OperationBody;
  readonly party: Party;
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionIndex: number;
  readonly operationIndex: number;
  readonly transactionHash: Hash;
  readonly succeeded: boolean;
  /** Null if the transaction failed before operations were applied. */
  readonly outcome: Outcome | null;
  /** Null if it succeeded. */
  readonly failure: PaymentFailure | null;
}

export function witnessOperations(
  applied: AppliedTransaction,
  sequence: number,
  transactionIndex: number,
): WitnessedOperation[] {
  const { transaction, end } = applied;
  return transaction.plan.operations.map((operation, index) => {
    const operationIndex = index + 1;
    return {
      body: operation.body,
      party: operation.source ?? transaction.plan.source,
      operationId: operationId(sequence, transactionIndex, operationIndex),
      ledger: sequence as LedgerSequence,
      transactionIndex,
      operationIndex,
      transactionHash: hex(transaction.hash),
      succeeded: end.type === 'success',
      outcome: end.type === 'invalid' ? null : outcomeAt(end.outcomes, operation, index),
      failure: failureOf(applied, index),
    };
  });
}

/** What facts of different kinds have in common. */
export function sharedTruth({ party, outcome, succeeded, failure, ...place }: WitnessedOperation) {
  return {
    operationId: place.operationId,
    ledger: place.ledger,
    transactionHash: place.transactionHash,
    account: party.account.id,
    accountMuxedId: party.muxedId,
    succeeded,
    operationResult: outcome?.code ?? null,
    failure,
  };
}

export function stroops(amount: bigint): Stroops {
  return amount as Stroops;
}

function failureOf({ end }: AppliedTransaction, index: number): PaymentFailure | null {
  if (end.type === 'success') return null;
  if (end.type === 'invalid') return { reason: codeOf(end), cause: null, blame: end.blame };
  const own = end.outcomes[index];
  const causeIndex = end.outcomes.findIndex(({ blame }) => blame !== null);
  const first = end.outcomes[causeIndex];
  if (own === undefined || first?.blame === undefined || first.blame === null) {
    throw new Error('A failed transaction has no failed operation.');
  }
  const cause = { operationIndex: causeIndex + 1, code: first.code };
  return own.blame === null
    ? { reason: 'txFAILED' as ResultCode, cause, blame: first.blame }
    : { reason: own.code, cause, blame: own.blame };
}

function outcomeAt(outcomes: readonly Outcome[], { body }: Operation, index: number): Outcome {
  const outcome = outcomes[index];
  if (outcome === undefined) throw new Error(`Operation ${index} (${body.type}) was never applied.`);
  return outcome;
}
