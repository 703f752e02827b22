import type { OperationBodyWire, OperationResultTrWire } from '@stellar/stellar-sdk/xdr';
import type { Hash, LedgerSequence, OperationId } from '../brands.ts';
import type { OperationOutcome } from './outcome.ts';
import type { Party, PartyNames } from './parties.ts';

/** One operation, wherever it ended, with all that the facts about it are made of. */
export interface Operation {
  readonly id: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionIndex: number;
  readonly operationIndex: number;
  readonly transactionHash: Hash;
  readonly source: Party;
  readonly body: OperationBodyWire;
  readonly outcome: OperationOutcome;
  /** The result of an operation that took effect; null if it did not. */
  readonly effect: OperationResultTrWire | null;
  readonly names: PartyNames;
}
