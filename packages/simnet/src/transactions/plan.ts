import type { Blame } from '@stellar-insights/ledger';
import type { ContractCall } from '../contracts/call.ts';
import type { KeyPair, Party } from '../key-pair.ts';
import type { Operation } from '../operations/operation.ts';

/** A transaction as its author means it, before it is built and signed. */
export interface TransactionPlan {
  readonly source: Party;
  readonly operations: readonly Operation[];
  readonly memo: PlannedMemo;
  /** The most its author pays for inclusion, in stroops an operation. */
  readonly bid: bigint;
  /** Null: no fee bump. */
  readonly feeBump: FeeBump | null;
  /** Added to the sequence number that would be right. */
  readonly sequenceOffset: bigint;
  /** Unix seconds; 0 stands for no bound. */
  readonly timeBounds: { readonly minTime: number; readonly maxTime: number } | null;
  /** Seconds for which the source must have been quiet; from protocol 19. */
  readonly minSequenceAge: bigint | null;
  /** Accounts whose signature is needed but wrong. */
  readonly forgedSignatures: readonly KeyPair[];
  /** A signer whose signature is not needed. */
  readonly needlessSignature: KeyPair | null;
  /** What befalls the transaction for reasons that lie outside this simulator's state. */
  readonly fate: TransactionFate | null;
}

export interface FeeBump {
  readonly source: Party;
  /** The signature of the fee source is wrong. */
  readonly forged: boolean;
}

export type PlannedMemo =
  | { readonly type: 'none' }
  | { readonly type: 'text'; readonly bytes: Uint8Array }
  | { readonly type: 'id'; readonly id: bigint }
  | { readonly type: 'hash' | 'return'; readonly bytes: Uint8Array };

/** Codes of a transaction that failed before its operations had results. */
export const TRANSACTION_CODES = {
  txTOO_EARLY: -2,
  txTOO_LATE: -3,
  txMISSING_OPERATION: -4,
  txBAD_SEQ: -5,
  txBAD_AUTH: -6,
  txINSUFFICIENT_BALANCE: -7,
  txNO_ACCOUNT: -8,
  txINSUFFICIENT_FEE: -9,
  txBAD_AUTH_EXTRA: -10,
  txINTERNAL_ERROR: -11,
  txNOT_SUPPORTED: -12,
  txBAD_SPONSORSHIP: -14,
  txBAD_MIN_SEQ_AGE_OR_GAP: -15,
  txMALFORMED: -16,
  txSOROBAN_INVALID: -17,
  txFROZEN_KEY_ACCESSED: -18,
} as const;

export type TransactionCode = keyof typeof TRANSACTION_CODES;

export interface TransactionFate {
  readonly code: TransactionCode;
  readonly blame: Blame;
}

/** Stroops that a contract call sets aside for resources, beside its inclusion fee. */
export const RESOURCE_FEE = 50_000n;

/** The call of a contract, which is a transaction's only operation; null in any other transaction. */
export function contractCallOf({ operations }: Pick<TransactionPlan, 'operations'>): ContractCall | null {
  const body = operations[0]?.body;
  return body?.type === 'invoke_host_function' ? body.call : null;
}

export function isSoroban(plan: Pick<TransactionPlan, 'operations'>): boolean {
  return contractCallOf(plan) !== null;
}
