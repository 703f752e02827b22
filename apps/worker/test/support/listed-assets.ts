import { accountOfKey, type AssetId, type LedgerSequence } from '@stellar-insights/ledger';
import {
  StateError,
  type AssetState,
  type NetworkState,
  type StatePage,
} from '@stellar-insights/ledger/state';

/** A source with so many assets, five a page, that can fail before it gives a page. */
export class ListedAssets implements NetworkState {
  readonly source = 'horizon';
  readonly accountSource = 'horizon';
  readonly coverage = 'complete';
  readonly names: readonly AssetId[];
  ledger = 100;
  pages = 0;
  beforePage: (page: number) => Promise<void> | void = () => undefined;

  constructor(count: number) {
    const issuer = accountOfKey(Buffer.alloc(32, 3));
    this.names = Array.from({ length: count }, (_, place) => `A${1000 + place}:${issuer}` as AssetId);
  }

  async *crawlAssets(cursor: string | null): AsyncGenerator<StatePage<AssetState>> {
    for (let place = Number(cursor ?? 0); ; place += 5) {
      await this.beforePage(++this.pages);
      const records = this.names.slice(place, place + 5).map((asset) => this.#state(asset));
      const isLast = place + 5 >= this.names.length;
      yield { records, ledger: this.ledger as LedgerSequence, cursor: isLast ? null : String(place + 5) };
      if (isLast) return;
    }
  }

  async *assets(names: readonly AssetId[]): AsyncGenerator<StatePage<AssetState>> {
    for (let place = 0; place < names.length; place += 5) {
      await this.beforePage(++this.pages);
      const known = names.slice(place, place + 5).filter((name) => this.names.includes(name));
      const records = known.map((asset) => this.#state(asset));
      yield { records, ledger: this.ledger as LedgerSequence, cursor: null };
    }
  }

  pools = none;
  accounts = none;
  trustlines = none;

  #state(asset: AssetId): AssetState {
    const holding = { accounts: this.ledger, balance: 1n };
    const placement = { count: 0, amount: 0n };
    const flags = {
      authRequired: false,
      authRevocable: false,
      authImmutable: false,
      authClawbackEnabled: false,
    };
    return {
      asset,
      flags,
      holders: { authorized: holding, maintainLiabilities: holding, unauthorized: holding },
      claimableBalances: placement,
      pools: placement,
      contracts: placement,
    };
  }
}

async function* none(): AsyncGenerator<never> {}

export const away = () => {
  throw new StateError('horizon_unreachable', {
    found: 'no answer',
    expected: 'an answer',
    action: 'wait',
    retryable: true,
  });
};
