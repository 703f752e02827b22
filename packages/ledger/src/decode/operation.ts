import type { LedgerKeyWire, OperationBodyWire, OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { Hash, LedgerSequence, OperationId } from '../brands.ts';
import { operationId } from '../operation-id.ts';
import { verdictOf, type AppliedTransaction } from './applied-transactions.ts';
import type { ContractOutput } from './contract-output.ts';
import { operationOutcome, type OperationOutcome } from './outcome.ts';
import type { Party, PartyNames } from './parties.ts';

/** What facts of all kinds say about their operation. */
export interface OperationContext {
  readonly id: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionIndex: number;
  /** From 1. */
  readonly operationIndex: number;
  readonly transactionHash: Hash;
  /** The operation's source, else the transaction's. */
  readonly source: Party;
  readonly outcome: OperationOutcome;
}

/** One operation, successful or not, with everything that the facts about it are made of. */
export interface Operation extends OperationContext {
  readonly body: OperationBodyWire;
  /** The result of an operation that took effect; null if it did not. */
  readonly effect: OperationResultTrWire | null;
  /** Of a transaction that calls a contract, which it does in its only operation. */
  readonly footprint: readonly LedgerKeyWire[];
  readonly output: ContractOutput | null;
  readonly names: PartyNames;
}

export function operationsOf(
  { index, envelope, outcome, results, output }: AppliedTransaction,
  ledger: LedgerSequence,
  names: PartyNames,
): Operation[] {
  const source = names.party(envelope.source);
  return envelope.operations.map(({ sourceAccount, body }, place) => {
    const operationIndex = place + 1;
    const result = results?.[place];
    return {
      id: operationId(ledger, index, operationIndex),
      ledger,
      transactionIndex: index,
      operationIndex,
      transactionHash: envelope.hash,
      source: sourceAccount === null ? source : names.party(sourceAccount),
      body,
      outcome: operationOutcome(outcome, result === undefined ? null : verdictOf(result)),
      effect: outcome.succeeded && result?.code === 0 ? result.tr : null,
      footprint: envelope.footprint,
      output,
      names,
    };
  });
}

/** What facts of different kinds have in common. */
export function sharedFields({ id, ledger, transactionHash, source, outcome }: OperationContext) {
  return {
    operationId: id,
    ledger,
    transactionHash,
    account: source.account,
    accountMuxedId: source.muxedId,
    succeeded: outcome.succeeded,
    operationResult: outcome.operationResult,
    failure: outcome.failure,
  };
}
