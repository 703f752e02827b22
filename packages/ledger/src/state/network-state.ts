import type { AccountId, AssetId, LedgerSequence, PoolId, Stroops } from '../brands.ts';

/** `complete`: all that the network has; `seen`: what stored ledgers name. */
export type Coverage = 'complete' | 'seen';
export type StateSource = 'horizon' | 'rpc';

/** A constant-product pool. */
export interface PoolState {
  readonly id: PoolId;
  readonly assetA: AssetId;
  readonly assetB: AssetId;
  /** In basis points: 30 on today's networks. */
  readonly feeBp: number;
  readonly reserveA: Stroops;
  readonly reserveB: Stroops;
  readonly shares: Stroops;
  readonly trustlines: number;
  /** The last ledger that changed the pool. */
  readonly modifiedLedger: LedgerSequence;
}

/** What an issuer may do to those who hold its assets. */
export interface AccountFlags {
  readonly authRequired: boolean;
  readonly authRevocable: boolean;
  readonly authImmutable: boolean;
  readonly authClawbackEnabled: boolean;
}

/** Sums over many accounts, which may exceed an int64. */
export interface Holding {
  readonly accounts: number;
  /** In stroops. */
  readonly balance: bigint;
}

/** Claimable balances, pools or contracts that have the asset. */
export interface Placement {
  readonly count: number;
  /** In stroops; in the smallest unit of a contract's i128, which is the same. */
  readonly amount: bigint;
}

export interface AssetState {
  readonly asset: AssetId;
  /** Null if the issuer has no account any more. Horizon reports such an issuer as one without flags. */
  readonly flags: AccountFlags | null;
  /** Its trustlines by authorization. Null if the source cannot enumerate them. */
  readonly holders: {
    readonly authorized: Holding;
    readonly maintainLiabilities: Holding;
    readonly unauthorized: Holding;
  } | null;
  readonly claimableBalances: Placement | null;
  readonly pools: Placement | null;
  readonly contracts: Placement | null;
}

export interface AccountState {
  readonly account: AccountId;
  /** Null if the account has none that could be a domain: it may be any 32 bytes. */
  readonly homeDomain: string | null;
  readonly flags: AccountFlags;
  readonly modifiedLedger: LedgerSequence;
}

export interface TrustlineName {
  readonly account: AccountId;
  readonly asset: AssetId;
}

export type Authorization = 'authorized' | 'maintain_liabilities' | 'unauthorized';

export interface TrustlineState extends TrustlineName {
  readonly authorization: Authorization;
  readonly clawbackEnabled: boolean;
  readonly balance: Stroops;
  readonly limit: Stroops;
  readonly modifiedLedger: LedgerSequence;
}

export interface StatePage<T> {
  readonly records: readonly T[];
  /** The source's newest ledger when it was read: the records are of this one or of a later one. */
  readonly ledger: LedgerSequence;
  /** Where a listing goes on after this page; null at its end, and for what is read by name. */
  readonly cursor: string | null;
}

/**
 * The present state of the network, which ledgers alone do not enumerate. It does not come from hashed bytes. A record is in
 * one page at most; what does not exist is in none. Pages of one call may be of different ledgers.
 *
 * All calls throw StateError, those of an RPC also LedgerError, and what the request budget throws.
 */
export interface NetworkState {
  readonly source: StateSource;
  /** What reads accounts and trustlines, which are asked for by name. */
  readonly accountSource: StateSource;
  readonly coverage: Coverage;
  /** All pools, if the coverage is complete; else those of `named`. */
  pools(named: AsyncIterable<readonly PoolId[]>, signal: AbortSignal): AsyncIterable<StatePage<PoolState>>;
  /** These assets. The native asset has no such state. */
  assets(named: readonly AssetId[], signal: AbortSignal): AsyncIterable<StatePage<AssetState>>;
  /**
   * All assets from a page's cursor on, or from the first (null). It ends early, with an error, rather than use what the other
   * calls may need of a request budget. Null if the source cannot enumerate assets.
   */
  crawlAssets(cursor: string | null, signal: AbortSignal): AsyncIterable<StatePage<AssetState>> | null;
  accounts(ids: readonly AccountId[], signal: AbortSignal): AsyncIterable<StatePage<AccountState>>;
  trustlines(lines: readonly TrustlineName[], signal: AbortSignal): AsyncIterable<StatePage<TrustlineState>>;
}

/** The passphrase of the network whose ledgers are stored; undefined while none is known. */
export type ExpectedNetwork = (signal: AbortSignal) => Promise<string | undefined>;
