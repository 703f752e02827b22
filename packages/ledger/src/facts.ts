import type {
  AccountId,
  Address,
  AssetId,
  ContractId,
  Hash,
  LedgerSequence,
  OperationId,
  PoolId,
  ResultCode,
  Stroops,
} from './brands.ts';

/** Everything that is known about one ledger. All of it is covered by the ledger's hash, but for what `isHashed` says. */
export interface LedgerFacts {
  readonly header: LedgerHeaderFacts;
  /** In apply order. */
  readonly transactions: readonly TransactionFact[];
  /** In apply order; failed transactions included. */
  readonly payments: readonly PaymentFact[];
  /** In apply order; failed transactions included. */
  readonly claimableBalances: readonly ClaimableBalanceFact[];
  /** In apply order; failed transactions included. */
  readonly clawbacks: readonly ClawbackFact[];
  /** In apply order; failed transactions included. */
  readonly trustlineOperations: readonly TrustlineOperationFact[];
  /** In apply order; failed transactions included. */
  readonly poolOperations: readonly PoolOperationFact[];
  /** In apply order; only of successful transactions. */
  readonly trades: readonly TradeFact[];
  /** In apply order; failed transactions included. */
  readonly contractTransfers: readonly ContractTransferFact[];
}

export interface LedgerHeaderFacts {
  readonly sequence: LedgerSequence;
  readonly hash: Hash;
  readonly previousHash: Hash;
  /** Unix time in milliseconds. */
  readonly closedAt: number;
  readonly protocolVersion: number;
  readonly baseFee: Stroops;
  readonly baseReserve: Stroops;
  readonly totalCoins: Stroops;
  readonly feePool: Stroops;
}

export interface TransactionFact {
  readonly ledger: LedgerSequence;
  /** Place in apply order, from 1. */
  readonly index: number;
  /** The hash in the ledger; of a fee bump, the outer one. */
  readonly hash: Hash;
  /** The inner transaction's hash; null if this is no fee bump. */
  readonly innerHash: Hash | null;
  /** Source of the (inner) transaction. */
  readonly source: AccountId;
  readonly sourceMuxedId: bigint | null;
  /** Who pays the fee: the fee bump's source, else `source`. */
  readonly feeSource: AccountId;
  readonly feeSourceMuxedId: bigint | null;
  readonly feeCharged: Stroops;
  readonly succeeded: boolean;
  /** The code in the ledger, e.g. `txSUCCESS`, `txFEE_BUMP_INNER_FAILED`. */
  readonly result: ResultCode;
  /** The inner transaction's code; null if this is no fee bump. */
  readonly innerResult: ResultCode | null;
  /** Operations in the envelope, successful or not. */
  readonly operationCount: number;
  readonly memo: Memo;
}

export type Memo =
  | { readonly type: 'none' }
  /** `bytes` is base64 and exact; `text` is the same bytes read as UTF-8, with U+FFFD for those that are not. */
  | { readonly type: 'text'; readonly text: string; readonly bytes: string }
  | { readonly type: 'id'; readonly id: bigint }
  | { readonly type: 'hash'; readonly hash: Hash }
  | { readonly type: 'return'; readonly hash: Hash };

/** The three kinds of operation that count as a payment attempt of a corridor. */
export const PAYMENT_ATTEMPT_TYPES = [
  'payment',
  'path_payment_strict_send',
  'path_payment_strict_receive',
] as const;
export type PaymentAttemptType = (typeof PAYMENT_ATTEMPT_TYPES)[number];

/** The other two also move value between two accounts, native to native, but belong to no corridor. */
export const PAYMENT_TYPES = [...PAYMENT_ATTEMPT_TYPES, 'create_account', 'account_merge'] as const;
export type PaymentType = (typeof PAYMENT_TYPES)[number];

export function isPaymentAttempt(type: PaymentType): type is PaymentAttemptType {
  return (PAYMENT_ATTEMPT_TYPES as readonly PaymentType[]).includes(type);
}

/** Who could have prevented a failure; `unknown` for a code that `decode/blame.ts` does not list. */
export const BLAMES = ['sender', 'receiver', 'issuer', 'market', 'network', 'unknown'] as const;
export type Blame = (typeof BLAMES)[number];

/** One operation that moves, or tried to move, value from one account to another. */
export interface PaymentFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionIndex: number;
  /** From 1. */
  readonly operationIndex: number;
  readonly transactionHash: Hash;
  readonly type: PaymentType;
  /** The operation's source, else the transaction's. */
  readonly source: AccountId;
  readonly sourceMuxedId: bigint | null;
  readonly destination: AccountId;
  readonly destinationMuxedId: bigint | null;
  /** Corridor: `sourceAsset` → `destAsset`; equal in all but path payments. */
  readonly sourceAsset: AssetId;
  readonly destAsset: AssetId;
  /** The intermediate assets of a path payment. */
  readonly path: readonly AssetId[];
  /** The side whose amount the sender fixed: `source` in a strict send, else `dest`. */
  readonly fixedSide: 'source' | 'dest';
  /** The amount of the envelope on the fixed side; null for a merge that moved nothing. */
  readonly fixedAmount: Stroops | null;
  /** The limit on the other side: `sendMax` of a strict receive, `destMin` of a strict send, else null. */
  readonly limitAmount: Stroops | null;
  /** What left the source; null if the attempt failed. */
  readonly sentAmount: Stroops | null;
  /** What arrived; null if the attempt failed. */
  readonly deliveredAmount: Stroops | null;
  /** Both the transaction and the operation succeeded. */
  readonly succeeded: boolean;
  /** The operation's own result; null if the transaction failed before its operations were applied. */
  readonly operationResult: ResultCode | null;
  /** Why it failed; null if it succeeded. */
  readonly failure: PaymentFailure | null;
  /** Source and destination are the same account, whatever their muxed ids. */
  readonly isSelfPayment: boolean;
  /** A path payment whose send asset is its destination asset. */
  readonly isCycle: boolean;
}

export interface PaymentFailure {
  /**
   * The operation's own code if it failed; the (inner) transaction's code if the operation has no result; `txFAILED` if
   * the operation succeeded and was rolled back.
   */
  readonly reason: ResultCode;
  /** The first failed operation of the transaction, which may explain later failures; null if none has a result. */
  readonly cause: { readonly operationIndex: number; readonly code: ResultCode } | null;
  /** The blame of `reason`; an operation that was rolled back has the blame of `cause`. */
  readonly blame: Blame;
}

/**
 * One half of a two-step payment: creating the balance delivers nothing, claiming it does. `balanceId` joins the two
 * halves. Only the creation has the asset and the amount.
 */
export interface ClaimableBalanceFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionHash: Hash;
  readonly type: 'create_claimable_balance' | 'claim_claimable_balance';
  /** Who created or claimed. */
  readonly account: AccountId;
  readonly accountMuxedId: bigint | null;
  /** 64 hex digits; null for a creation that failed. */
  readonly balanceId: Hash | null;
  /** Of a creation; null for a claim. */
  readonly asset: AssetId | null;
  readonly amount: Stroops | null;
  /** Who may claim, of a creation; empty for a claim. */
  readonly claimants: readonly AccountId[];
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** An issuer takes back its asset: from a holder's trustline, or as a whole claimable balance, which then is gone. */
export interface ClawbackFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionHash: Hash;
  readonly type: 'clawback' | 'clawback_claimable_balance';
  /** Who takes back: the operation's source. If it succeeded, this is the asset's issuer. */
  readonly account: AccountId;
  readonly accountMuxedId: bigint | null;
  /** From whose trustline; null for a claimable balance. */
  readonly from: AccountId | null;
  readonly fromMuxedId: bigint | null;
  /** Of a `clawback`. What a claimable balance held is said by the fact that created it. */
  readonly asset: AssetId | null;
  readonly amount: Stroops | null;
  /** 64 hex digits; null for a `clawback`. */
  readonly balanceId: Hash | null;
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** A holder opens, changes or ends its trustline, or an issuer says what the holder may do with it. */
export interface TrustlineOperationFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionHash: Hash;
  readonly type: 'change_trust' | 'allow_trust' | 'set_trust_line_flags';
  /** The operation's source: the holder of a `change_trust`, else the issuer. */
  readonly account: AccountId;
  readonly accountMuxedId: bigint | null;
  /** Whose trustline it is: `account` of a `change_trust`. */
  readonly trustor: AccountId;
  /** Null if the line is for shares of a pool. */
  readonly asset: AssetId | null;
  /** The pool of a `change_trust` for shares, else null. */
  readonly pool: PoolId | null;
  /** The assets of `pool` in the order of the operation, which is the protocol's. */
  readonly poolAssets: readonly [assetA: AssetId, assetB: AssetId] | null;
  /** Of a `change_trust`: the most that the holder accepts; 0 ends the trust. Null for an issuer's operation. */
  readonly limit: Stroops | null;
  /**
   * Of an issuer's operation: 1 authorized, 2 authorized to maintain liabilities, 4 clawback enabled. An `allow_trust`
   * sets what it allows and clears what it does not. Null for a `change_trust`.
   */
  readonly setFlags: number | null;
  readonly clearFlags: number | null;
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** A deposit into a pool or a withdrawal. What really moved is only in bytes without a hash. */
export interface PoolOperationFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionHash: Hash;
  readonly type: 'liquidity_pool_deposit' | 'liquidity_pool_withdraw';
  /** Who deposits or withdraws. */
  readonly account: AccountId;
  readonly accountMuxedId: bigint | null;
  readonly pool: PoolId;
  /** What a withdrawal gives back; null for a deposit. */
  readonly shares: Stroops | null;
  /** Of a deposit the most, of a withdrawal the least of the pool's first asset. */
  readonly limitA: Stroops;
  /** The same of its second asset. */
  readonly limitB: Stroops;
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}

/** One claim atom: an offer or a pool gave `soldAmount` and received `boughtAmount`. Each may be rounded to 0. */
export interface TradeFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  /** Place among the operation's claims, from 0. */
  readonly order: number;
  /** An account with its offer, or a pool. */
  readonly maker:
    | { readonly type: 'offer'; readonly seller: AccountId; readonly offerId: bigint }
    | { readonly type: 'pool'; readonly pool: PoolId };
  /** The taker: the operation's source. */
  readonly buyer: AccountId;
  /** What the maker gave. */
  readonly soldAsset: AssetId;
  readonly soldAmount: Stroops;
  /** What the maker received. */
  readonly boughtAsset: AssetId;
  readonly boughtAmount: Stroops;
}

/**
 * An asset that its own contract (CAP-46-6) moved, or should have moved, in the call of this or of another contract. A
 * successful call says in its events what it moved. A failed one has none: it is recorded if it calls the asset's contract
 * itself and its transaction proves which asset that is, and it has what its arguments say.
 */
export interface ContractTransferFact {
  readonly operationId: OperationId;
  readonly ledger: LedgerSequence;
  readonly transactionHash: Hash;
  /** Place among the operation's transfers, from 0. */
  readonly order: number;
  /** What the contract calls it. From protocol 23 on, an issuer's payment is a `mint`, and one to an issuer a `burn`. */
  readonly type: 'transfer' | 'mint' | 'burn' | 'clawback';
  /** The asset's contract: the network and `asset` give its id. */
  readonly contract: ContractId;
  readonly asset: AssetId;
  /** Null of a `mint`. */
  readonly from: Address | null;
  /** Null of a `burn` or `clawback`. Of a muxed account, its `G…` account. */
  readonly to: Address | null;
  readonly toMuxedId: bigint | null;
  /** In the asset's smallest unit, as stroops are. An int128; negative only in a call that failed. */
  readonly amount: bigint;
  /** Whether the ledger's hash covers it. It does not if the source of the ledger wrote other events than were hashed. */
  readonly isHashed: boolean;
  readonly succeeded: boolean;
  readonly operationResult: ResultCode | null;
  readonly failure: PaymentFailure | null;
}
