import type { AccountId, Hash, PoolId } from '@stellar-insights/ledger';
import type { Contract } from '../contracts/contract.ts';
import type { KeyPair } from '../key-pair.ts';
import type { Asset, CreditAsset } from './asset.ts';

/*
 * The ledger's entries. They are never changed in place: a change puts a new one in the store. All amounts are stroops.
 */

/** The liabilities of an account's offers: what they sell, and what they buy. */
export interface Liabilities {
  readonly selling: bigint;
  readonly buying: bigint;
}

export interface Account {
  readonly kind: 'account';
  readonly owner: KeyPair;
  readonly balance: bigint;
  readonly sequence: bigint;
  /** Trustlines and offers; a pool share trustline counts twice. */
  readonly subentries: number;
  /** Reserves paid for entries that belong to no account: claimable balances. */
  readonly sponsoring: number;
  /** 1 authorization required, 2 revocable, 4 immutable, 8 clawback of what is on trustlines opened from then on. */
  readonly flags: number;
  readonly homeDomain: string;
  readonly liabilities: Liabilities;
  /** Ledger and time (Unix seconds) of the last change of `sequence`. */
  readonly sequenceLedger: number;
  readonly sequenceTime: number;
}

/** A new account. */
export function newAccount(owner: KeyPair, balance: bigint): Account {
  const sequence = { sequence: 0n, sequenceLedger: 0, sequenceTime: 0 };
  const counts = { subentries: 0, sponsoring: 0, flags: 0, liabilities: { selling: 0n, buying: 0n } };
  return { kind: 'account', owner, balance, ...sequence, ...counts, homeDomain: '' };
}

/** What an issuer lets a holder do: everything; only keep its offers; nothing. */
export type Authorization = 'authorized' | 'maintain_liabilities' | 'unauthorized';

export interface Trustline {
  readonly kind: 'trustline';
  readonly owner: KeyPair;
  readonly asset: CreditAsset;
  readonly balance: bigint;
  readonly limit: bigint;
  readonly authorization: Authorization;
  /** The issuer may take back what is on it. */
  readonly clawbackEnabled: boolean;
  readonly liabilities: Liabilities;
}

export interface PoolShare {
  readonly kind: 'pool_share';
  readonly owner: KeyPair;
  readonly pool: PoolId;
  readonly balance: bigint;
  readonly limit: bigint;
}

/** Units of the bought asset for one of the sold: n / d. */
export interface Price {
  readonly n: number;
  readonly d: number;
}

export interface Offer {
  readonly kind: 'offer';
  readonly id: bigint;
  readonly seller: KeyPair;
  readonly selling: Asset;
  readonly buying: Asset;
  readonly amount: bigint;
  readonly price: Price;
}

/** A constant-product pool with the protocol's only fee, 30 basis points. */
export interface Pool {
  readonly kind: 'pool';
  readonly id: PoolId;
  readonly assetA: Asset;
  readonly assetB: Asset;
  readonly reserveA: bigint;
  readonly reserveB: bigint;
  readonly shares: bigint;
  readonly trustlines: bigint;
}

export interface ClaimableBalance {
  readonly kind: 'claimable_balance';
  readonly id: Hash;
  readonly asset: Asset;
  readonly amount: bigint;
  readonly claimants: readonly KeyPair[];
  /** Who created it and pays its reserve. */
  readonly sponsor: KeyPair;
  /** The issuer may take it back, as it could when it lay on a trustline. */
  readonly clawbackEnabled: boolean;
}

/** What a contract has of an asset, kept by the asset's own contract. */
export interface ContractBalance {
  readonly kind: 'contract_balance';
  readonly owner: Contract;
  /** The asset's contract. */
  readonly token: Contract;
  readonly asset: Asset;
  readonly balance: bigint;
}

export type Entry = Account | Trustline | PoolShare | Offer | Pool | ClaimableBalance | ContractBalance;

export const entryKey = {
  account: (id: AccountId) => `account/${id}`,
  trustline: (id: AccountId, asset: Pick<Asset, 'id'>) => `trustline/${id}/${asset.id}`,
  poolShare: (id: AccountId, pool: PoolId) => `pool_share/${id}/${pool}`,
  offer: (id: bigint) => `offer/${id}`,
  pool: (id: PoolId) => `pool/${id}`,
  claimableBalance: (id: Hash) => `claimable_balance/${id}`,
  contractBalance: (owner: Contract, token: Contract) =>
    `contract_balance/${owner.contractId}/${token.contractId}`,
};

export function keyOf(entry: Entry): string {
  switch (entry.kind) {
    case 'account':
      return entryKey.account(entry.owner.id);
    case 'trustline':
      return entryKey.trustline(entry.owner.id, entry.asset);
    case 'pool_share':
      return entryKey.poolShare(entry.owner.id, entry.pool);
    case 'offer':
      return entryKey.offer(entry.id);
    case 'pool':
      return entryKey.pool(entry.id);
    case 'claimable_balance':
      return entryKey.claimableBalance(entry.id);
    case 'contract_balance':
      return entryKey.contractBalance(entry.owner, entry.token);
  }
}
