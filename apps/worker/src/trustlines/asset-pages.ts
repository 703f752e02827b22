import type { AssetReading, TrustlineReading } from '@stellar-insights/db/assets';
import type { AssetId } from '@stellar-insights/ledger';
import type { AssetState, NetworkState, StatePage, TrustlineName } from '@stellar-insights/ledger/state';

const NONE = { accounts: 0, balance: 0n };
const NOTHING = { count: 0, amount: 0n };

/** What one sync has read so far, of each asset and trustline the newest. */
export class AssetPages {
  readonly #assets = new Map<AssetId, AssetReading>();
  readonly #trustlines = new Map<string, TrustlineReading>();
  readonly #state: NetworkState;
  #fromLedger: number | undefined;
  #toLedger = 0;

  constructor(state: NetworkState) {
    this.#state = state;
  }

  get assets(): readonly AssetReading[] {
    return [...this.#assets.values()];
  }

  get trustlines(): readonly TrustlineReading[] {
    return [...this.#trustlines.values()];
  }

  /** The source's newest ledgers at the first page and at the last one; null before the first page. */
  get ledgers(): { readonly fromLedger: number; readonly toLedger: number } | null {
    const fromLedger = this.#fromLedger;
    return fromLedger === undefined ? null : { fromLedger, toLedger: this.#toLedger };
  }

  /** Reads these assets. One that the source does not have is held by nobody, as of the oldest page: any may have left it out. */
  async readAssets(names: readonly AssetId[], signal: AbortSignal): Promise<void> {
    const missing = new Set(names);
    let oldest = Infinity;
    for await (const page of this.#state.assets(names, signal)) {
      this.addAssets(page);
      oldest = Math.min(oldest, page.ledger);
      for (const { asset } of page.records) missing.delete(asset);
    }
    if (oldest === Infinity) return;
    for (const asset of missing) this.#add({ state: this.#nobodyHolds(asset), ledger: oldest });
  }

  /** Reads these trustlines. One that the source does not have is absent. */
  async readTrustlines(names: readonly TrustlineName[], signal: AbortSignal): Promise<void> {
    const missing = new Map(names.map((name) => [keyOf(name), name]));
    let oldest = Infinity;
    for await (const { records, ledger } of this.#state.trustlines(names, signal)) {
      this.#extendTo(ledger);
      oldest = Math.min(oldest, ledger);
      for (const { account, asset, authorization } of records) {
        missing.delete(keyOf({ account, asset }));
        this.#trustlines.set(keyOf({ account, asset }), { account, asset, state: authorization, ledger });
      }
    }
    if (oldest === Infinity) return;
    for (const [key, name] of missing)
      this.#trustlines.set(key, { ...name, state: 'absent', ledger: oldest });
  }

  addAssets({ records, ledger }: StatePage<AssetState>): void {
    this.#extendTo(ledger);
    for (const state of records) this.#add({ state, ledger });
  }

  #add(reading: AssetReading): void {
    const { asset } = reading.state;
    const before = this.#assets.get(asset);
    if (before === undefined || before.ledger <= reading.ledger) this.#assets.set(asset, reading);
  }

  #extendTo(ledger: number): void {
    this.#fromLedger = Math.min(this.#fromLedger ?? ledger, ledger);
    this.#toLedger = Math.max(this.#toLedger, ledger);
  }

  #nobodyHolds(asset: AssetId): AssetState {
    const flags = null;
    if (this.#state.coverage === 'seen') {
      return { asset, flags, holders: null, claimableBalances: null, pools: null, contracts: null };
    }
    const holders = { authorized: NONE, maintainLiabilities: NONE, unauthorized: NONE };
    return { asset, flags, holders, claimableBalances: NOTHING, pools: NOTHING, contracts: NOTHING };
  }
}

function keyOf({ account, asset }: TrustlineName): string {
  return `${account} ${asset}`;
}
