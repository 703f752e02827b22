import type { OperationResultTrWire, OperationResultWire } from '@stellar/stellar-sdk/xdr';
import type { Blame, Hash, ResultCode } from '@stellar-insights/ledger';
import type { CallReport } from '../contracts/movement.ts';
import type { Fill } from '../exchange/fill.ts';
import type { KeyPair } from '../key-pair.ts';
import type { Store } from '../state/store.ts';
import { FATES, type OperationFate } from './operation.ts';

/** The ledger in which operations are applied. */
export interface LedgerContext {
  readonly store: Store;
  readonly sequence: number;
  readonly protocol: number;
  /** Unix seconds. */
  readonly closeTime: number;
  /** Hash of the passphrase. */
  readonly networkId: Uint8Array;
}

/** Where an operation is applied. */
export interface OperationContext extends LedgerContext {
  /** The operation's source; it exists. */
  readonly source: KeyPair;
  readonly transactionSource: KeyPair;
  readonly transactionSequence: bigint;
  /** From 0. */
  readonly operationIndex: number;
}

/** The outcome of an operation by itself, whatever the outcome of its transaction. */
export interface Outcome {
  /** Spelled as in the protocol, e.g. `PAYMENT_SUCCESS`. */
  readonly code: ResultCode;
  /** Null if the operation succeeded. */
  readonly blame: Blame | null;
  readonly result: OperationResultWire;
  readonly moved: Moved;
}

/** What a successful operation moved, if its kind moves anything. */
export interface Moved {
  readonly fills?: readonly Fill[];
  readonly sent?: bigint;
  readonly delivered?: bigint;
  readonly balanceId?: Hash;
  readonly reports?: readonly CallReport[];
}

export function succeeded(code: string, result: OperationResultTrWire, moved: Moved = {}): Outcome {
  return { code: code as ResultCode, blame: null, result: { code: 0, tr: result }, moved };
}

export function failed(code: string, blame: Blame, result: OperationResultTrWire): Outcome {
  return { code: code as ResultCode, blame, result: { code: 0, tr: result }, moved: {} };
}

export function befallen({ code, blame }: OperationFate): Outcome {
  return { code: code as ResultCode, blame, result: { code: FATES[code] }, moved: {} };
}
