import type { Asset } from '../state/asset.ts';
import type { Contract, Holder } from './contract.ts';

/** A call of an asset's contract. */
export interface TokenCall {
  readonly function: 'transfer' | 'mint' | 'burn' | 'clawback';
  readonly asset: Asset;
  /** Null of a mint. */
  readonly from: Holder | null;
  /** Null of a burn or clawback. */
  readonly to: Holder | null;
  readonly amount: bigint;
}

/** A call of somebody's contract, which moves assets in calls of its own, or nothing. */
export interface MarketCall {
  readonly function: 'settle';
  readonly market: Contract;
  readonly moves: readonly TokenCall[];
  /** It gives up at the end, for reasons of its own. */
  readonly traps: boolean;
}

export type ContractCall = TokenCall | MarketCall;
