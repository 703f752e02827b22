import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountId, AssetId, PoolId } from '@stellar-insights/ledger';
import {
  openNetworkState,
  type AssetState,
  type Comparison,
  type NetworkState,
  type StatePage,
} from '@stellar-insights/ledger/state';
import type { Simnet, StateTruth } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';

const never = new AbortController().signal;
const comparisons: Comparison[] = [];
const options = {
  expectedNetwork: async () => PASSPHRASE,
  onCompared: (comparison: Comparison) => comparisons.push(comparison),
};

let simnet: Simnet;
let truth: StateTruth;
let states: Record<'horizon' | 'rpc' | 'both', NetworkState>;
beforeAll(async () => {
  simnet = await quietSimnet();
  truth = simnet.network.stateAt(simnet.history.latest.sequence);
  const { horizon, rpc } = simnet.urls;
  states = {
    horizon: openNetworkState({ horizon }, options),
    rpc: openNetworkState({ rpc }, options),
    both: openNetworkState({ horizon, rpc }, options),
  };
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});

/** The records of all pages, each of which is of the newest ledger. */
async function recordsOf<T>(pages: AsyncIterable<StatePage<T>> | null): Promise<T[]> {
  const all = await Array.fromAsync(pages ?? []);
  for (const { ledger } of all) expect(ledger).toBe(truth.ledger);
  return all.flatMap(({ records }) => records);
}

async function* inBatches<T>(values: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < values.length; start += 2) yield values.slice(start, start + 2);
}

function byAsset(assets: readonly AssetState[]): AssetState[] {
  return assets.toSorted((left, right) => (left.asset < right.asset ? -1 : 1));
}

const NO_FLAGS = {
  authRequired: false,
  authRevocable: false,
  authImmutable: false,
  authClawbackEnabled: false,
};

/** Horizon cannot tell an issuer that is gone from one without flags. */
const asHorizonHasIt = (state: AssetState): AssetState => ({ ...state, flags: state.flags ?? NO_FLAGS });

/** An RPC has of an asset only its issuer's flags, also of an asset that nobody holds. */
const asRpcHasIt = (asset: AssetId): AssetState => {
  const issuer = truth.account(asset.split(':')[1] as AccountId);
  const unknown = { holders: null, claimableBalances: null, pools: null, contracts: null };
  return { asset, flags: issuer?.flags ?? null, ...unknown };
};

describe.each(['horizon', 'rpc', 'both'] as const)('the state of the network from %s', (source) => {
  it('has every pool as it truly is', async () => {
    const named = inBatches(truth.pools.map(({ id }) => id));
    expect(truth.pools.length).toBeGreaterThan(3);
    expect(await recordsOf(states[source].pools(named, never))).toEqual(truth.pools);
  });

  it('has named assets as they truly are, as far as it can know them', async () => {
    const { currencies, restricted, orphaned } = simnet.network.cast;
    const named = [...currencies, restricted, orphaned].map(({ id }) => id);
    const found = await recordsOf(states[source].assets(['native' as AssetId, ...named], never));
    const held = truth.assets.filter(({ asset }) => named.includes(asset)).map(asHorizonHasIt);
    expect(held.length).toBeGreaterThan(3);
    expect(byAsset(found)).toEqual(source === 'rpc' ? byAsset(named.map(asRpcHasIt)) : held);
  });

  it('has accounts with their home domains, and no account that is gone', async () => {
    const { anchors, root, orphaned } = simnet.network.cast;
    const ids = [...anchors.map(({ asset }) => asset.issuer.id), root.id];
    const found = await recordsOf(states[source].accounts([...ids, orphaned.issuer.id], never));
    expect(found).toEqual(ids.map((id) => truth.account(id)));
  });

  it('has trustlines by account and asset, and none that is gone', async () => {
    const { dollar, restricted, barred, wallets, root } = simnet.network.cast;
    const holders = [...wallets.slice(0, 20), ...barred, root].map(({ id }) => id);
    const named = holders.flatMap((account) =>
      [dollar.id, restricted.id].map((asset) => ({ account, asset })),
    );
    const found = await recordsOf(states[source].trustlines(named, never));
    const place = (line: { account: string; asset: string }) => `${line.account}/${line.asset}`;
    const expected = named.flatMap(({ account, asset }) => truth.trustline(account, asset) ?? []);
    expect(new Set(expected.map(({ authorization }) => authorization)).size).toBeGreaterThan(1);
    expect(new Map(found.map((line) => [place(line), line]))).toEqual(
      new Map(expected.map((line) => [place(line), line])),
    );
  });
});

describe('the state of the network', () => {
  it('is compared where both sources are set, and agrees', () => {
    expect(comparisons).toEqual([{ compared: truth.pools.length, disagreements: [] }]);
  });

  it('lists all assets as they truly are, from any place on', async () => {
    const all = await recordsOf(states.horizon.crawlAssets(null, never));
    expect(byAsset(all)).toEqual(truth.assets.map(asHorizonHasIt));
    const [code = '', issuer = ''] = all[0]?.asset.split(':') ?? [];
    const cursor = `${code}_${issuer}_credit_alphanum${code.length <= 4 ? 4 : 12}`;
    expect(await recordsOf(states.horizon.crawlAssets(cursor, never))).toEqual(all.slice(1));
    expect(states.rpc.crawlAssets(null, never)).toBeNull();
  });

  it('is not read from a source of another network', async () => {
    const { horizon, rpc } = simnet.urls;
    for (const location of [{ horizon }, { rpc }]) {
      const state = openNetworkState(location, { ...options, expectedNetwork: async () => 'Another one' });
      await expect(recordsOf(state.pools(inBatches<PoolId>([]), never))).rejects.toMatchObject({
        code: 'state_wrong_network',
        retryable: false,
      });
    }
  });
});
