import type { AccountState, AssetState, Holding, Placement } from '@stellar-insights/ledger/state';
import { isCredit, type Asset, type CreditAsset } from '../state/asset.ts';
import type { Entry } from '../state/entries.ts';

/** How much of an issued asset is where. */
export interface AssetCounts {
  readonly asset: CreditAsset;
  readonly holders: NonNullable<AssetState['holders']>;
  readonly claimableBalances: Placement;
  readonly pools: Placement;
  readonly contracts: Placement;
}

const HOLDERS = {
  authorized: 'authorized',
  maintain_liabilities: 'maintainLiabilities',
  unauthorized: 'unauthorized',
} as const;

/** Every issued asset that somebody has a trustline for or that lies in a pool, a claimable balance or a contract. */
export function countAssets(entries: Iterable<Entry>): AssetCounts[] {
  const tallies = new Map<string, AssetTally>();
  const tally = (asset: CreditAsset): AssetTally => {
    const existing = tallies.get(asset.id) ?? new AssetTally(asset);
    tallies.set(asset.id, existing);
    return existing;
  };
  const place = (asset: Asset, where: 'pools' | 'claimableBalances' | 'contracts', amount: bigint): void => {
    if (!isCredit(asset)) return;
    const placement = tally(asset)[where];
    placement.count += 1;
    placement.amount += amount;
  };
  for (const entry of entries) {
    if (entry.kind === 'trustline') {
      const holding = tally(entry.asset).holders[HOLDERS[entry.authorization]];
      holding.accounts += 1;
      holding.balance += entry.balance;
    } else if (entry.kind === 'claimable_balance') {
      place(entry.asset, 'claimableBalances', entry.amount);
    } else if (entry.kind === 'contract_balance') {
      place(entry.asset, 'contracts', entry.balance);
    } else if (entry.kind === 'pool') {
      place(entry.assetA, 'pools', entry.reserveA);
      place(entry.assetB, 'pools', entry.reserveB);
    }
  }
  return [...tallies.values()];
}

class AssetTally {
  readonly asset: CreditAsset;
  readonly holders = {
    authorized: nobody(),
    maintainLiabilities: nobody(),
    unauthorized: nobody(),
  };
  readonly claimableBalances = nothing();
  readonly pools = nothing();
  readonly contracts = nothing();

  constructor(asset: CreditAsset) {
    this.asset = asset;
  }
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

const nobody = (): Writable<Holding> => ({ accounts: 0, balance: 0n });
const nothing = (): Writable<Placement> => ({ count: 0, amount: 0n });

/** An account's flags (1 authorization required, 2 revocable, 4 immutable, 8 clawback). */
export function flagsTruth(flags: number): AccountState['flags'] {
  return {
    authRequired: (flags & 1) !== 0,
    authRevocable: (flags & 2) !== 0,
    authImmutable: (flags & 4) !== 0,
    authClawbackEnabled: (flags & 8) !== 0,
  };
}
