import type { Blame, Hash, PoolId } from '@stellar-insights/ledger';
import type { ContractCall } from '../contracts/call.ts';
import type { KeyPair, Party } from '../key-pair.ts';
import type { Asset, CreditAsset } from '../state/asset.ts';
import type { Authorization, Price } from '../state/entries.ts';
import type { CallFailure } from './invoke-host-function.ts';

/** An operation as its author means it. Amounts are stroops. */
export interface Operation {
  /** Null: the transaction's source. */
  readonly source: Party | null;
  readonly body: OperationBody;
  /** A result code that the simulator's state cannot cause. */
  readonly fate?: OperationFate;
}

export type OperationBody =
  | Payment
  | PathPaymentStrictSend
  | PathPaymentStrictReceive
  | CreateAccount
  | { readonly type: 'account_merge'; readonly destination: Party }
  | ManageOffer
  | ChangeTrust
  | ChangePoolTrust
  | {
      readonly type: 'set_authorization';
      readonly trustor: KeyPair;
      readonly asset: CreditAsset;
      readonly authorization: Authorization;
    }
  | { readonly type: 'set_options'; readonly homeDomain: string }
  | CreateClaimableBalance
  | { readonly type: 'claim_claimable_balance'; readonly balanceId: Hash }
  | Clawback
  | { readonly type: 'clawback_claimable_balance'; readonly balanceId: Hash }
  | LiquidityPoolDeposit
  | LiquidityPoolWithdraw
  | InvokeHostFunction;

export interface Payment {
  readonly type: 'payment';
  readonly destination: Party;
  readonly asset: Asset;
  readonly amount: bigint;
}

interface PathPayment {
  readonly sendAsset: Asset;
  readonly destination: Party;
  readonly destAsset: Asset;
  /** The assets between the first and the last. */
  readonly path: readonly Asset[];
}

export interface PathPaymentStrictSend extends PathPayment {
  readonly type: 'path_payment_strict_send';
  readonly sendAmount: bigint;
  readonly destMin: bigint;
}

export interface PathPaymentStrictReceive extends PathPayment {
  readonly type: 'path_payment_strict_receive';
  readonly sendMax: bigint;
  readonly destAmount: bigint;
}

export interface CreateAccount {
  readonly type: 'create_account';
  readonly destination: KeyPair;
  readonly startingBalance: bigint;
}

/** `amount` is the amount sold in a sell offer, and the amount bought in a buy offer. 0 deletes the offer. */
export interface ManageOffer {
  readonly type: 'manage_sell_offer' | 'manage_buy_offer';
  readonly selling: Asset;
  readonly buying: Asset;
  readonly amount: bigint;
  /** Of a sell offer: units bought for one sold; of a buy offer: units sold for one bought. */
  readonly price: Price;
  /** 0: a new offer. */
  readonly offerId: bigint;
}

export interface ChangeTrust {
  readonly type: 'change_trust';
  readonly asset: CreditAsset;
  /** 0 ends the trust. */
  readonly limit: bigint;
}

/** For shares of the pool of two assets. The first trustline makes the pool, and the end of the last one removes it. */
export interface ChangePoolTrust {
  readonly type: 'change_pool_trust';
  /** In the protocol's order. */
  readonly assetA: Asset;
  readonly assetB: Asset;
  /** 0 ends the trust. */
  readonly limit: bigint;
}

export interface CreateClaimableBalance {
  readonly type: 'create_claimable_balance';
  readonly asset: Asset;
  readonly amount: bigint;
  readonly claimants: readonly KeyPair[];
}

export interface Clawback {
  readonly type: 'clawback';
  readonly from: Party;
  readonly asset: Asset;
  readonly amount: bigint;
}

export interface LiquidityPoolDeposit {
  readonly type: 'liquidity_pool_deposit';
  readonly pool: PoolId;
  readonly maxAmountA: bigint;
  readonly maxAmountB: bigint;
}

export interface LiquidityPoolWithdraw {
  readonly type: 'liquidity_pool_withdraw';
  readonly pool: PoolId;
  /** Pool shares. */
  readonly amount: bigint;
  readonly minAmountA: bigint;
  readonly minAmountB: bigint;
}

export interface InvokeHostFunction {
  readonly type: 'invoke_host_function';
  readonly call: ContractCall;
  /** How it fails for reasons that lie outside the simulator's state; null: it does not. */
  readonly failure: CallFailure | null;
}

export interface OperationFate {
  readonly code: keyof typeof FATES;
  readonly blame: Blame;
}

/** Result codes that any kind of operation may have. */
export const FATES = {
  opBAD_AUTH: -1,
  opNO_ACCOUNT: -2,
  opNOT_SUPPORTED: -3,
  opTOO_MANY_SUBENTRIES: -4,
  opEXCEEDED_WORK_LIMIT: -5,
  opTOO_MANY_SPONSORING: -6,
} as const;
