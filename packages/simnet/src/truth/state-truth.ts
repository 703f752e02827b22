import type { AccountId, AssetId, LedgerSequence } from '@stellar-insights/ledger';
import type { AccountState, AssetState, PoolState, TrustlineState } from '@stellar-insights/ledger/state';
import { POOL_FEE_BP } from '../exchange/constant-product.ts';
import { entryKey, type Pool } from '../state/entries.ts';
import type { StoredEntry } from '../state/store.ts';
import { countAssets, flagsTruth } from './asset-truth.ts';
import { stroops } from './witness.ts';

/** The state of the network after one ledger, as the simulator had it. */
export class StateTruth {
  readonly ledger: number;
  readonly #entries: ReadonlyMap<string, StoredEntry>;

  /** @param entries by their key */
  constructor(ledger: number, entries: ReadonlyMap<string, StoredEntry>) {
    this.ledger = ledger;
    this.#entries = entries;
  }

  /** In order of their ids. */
  get pools(): PoolState[] {
    return [...this.#entries.values()]
      .flatMap(({ entry, modified }) => (entry.kind === 'pool' ? [poolTruth(entry, modified)] : []))
      .toSorted((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** Every issued asset that somebody has a trustline for or that lies in a pool, a claimable balance or a contract, in order of their names. */
  get assets(): AssetState[] {
    return countAssets([...this.#entries.values()].map(({ entry }) => entry))
      .map(({ asset, ...counts }) => ({
        asset: asset.id,
        flags: this.account(asset.issuer.id)?.flags ?? null,
        ...counts,
      }))
      .toSorted((left, right) => (left.asset < right.asset ? -1 : 1));
  }

  /** Null if there is no such account. */
  account(id: AccountId): AccountState | null {
    const stored = this.#entries.get(entryKey.account(id));
    if (stored?.entry.kind !== 'account') return null;
    const { homeDomain, flags } = stored.entry;
    return {
      account: id,
      homeDomain: homeDomain === '' ? null : homeDomain,
      flags: flagsTruth(flags),
      modifiedLedger: sequence(stored.modified),
    };
  }

  /** Null if there is no such trustline. */
  trustline(account: AccountId, asset: AssetId): TrustlineState | null {
    const stored = this.#entries.get(entryKey.trustline(account, { id: asset }));
    if (stored?.entry.kind !== 'trustline') return null;
    const { authorization, clawbackEnabled, balance, limit } = stored.entry;
    return {
      account,
      asset,
      authorization,
      clawbackEnabled,
      balance: stroops(balance),
      limit: stroops(limit),
      modifiedLedger: sequence(stored.modified),
    };
  }
}

function poolTruth(pool: Pool, modified: number): PoolState {
  return {
    id: pool.id,
    assetA: pool.assetA.id,
    assetB: pool.assetB.id,
    feeBp: POOL_FEE_BP,
    reserveA: stroops(pool.reserveA),
    reserveB: stroops(pool.reserveB),
    shares: stroops(pool.shares),
    trustlines: Number(pool.trustlines),
    modifiedLedger: sequence(modified),
  };
}

function sequence(ledger: number): LedgerSequence {
  return ledger as LedgerSequence;
}
