import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountId, AssetId, PoolId } from '@stellar-insights/ledger';
import {
  openNetworkState,
  type Comparison,
  type NetworkState,
  type StatePage,
} from '@stellar-insights/ledger/state';
import type { Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';

const never = new AbortController().signal;
const comparisons: Comparison[] = [];
const options = {
  expectedNetwork: async () => PASSPHRASE,
  onCompared: (comparison: Comparison) => comparisons.push(comparison),
  retry: { attempts: 2, baseMs: 1, capMs: 1, retryAfterCapMs: 1 },
};

let simnet: Simnet;
let states: Record<'horizon' | 'rpc' | 'both', NetworkState>;
beforeAll(async () => {
  simnet = await quietSimnet();
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

type Entry = ReturnType<Simnet['network']['store']['entries']> extends Iterable<infer T> ? T : never;
type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

function entriesOf<Kind extends Entry['kind']>(kind: Kind): EntryOf<Kind>[] {
  const entries = [...simnet.network.store.entries()];
  return entries.filter((entry): entry is EntryOf<Kind> => entry.kind === kind);
}

/** The records of all pages, each of which is of the newest ledger. */
async function recordsOf<T>(pages: AsyncIterable<StatePage<T>>): Promise<T[]> {
  const all = await Array.fromAsync(pages);
  for (const { ledger } of all) expect(ledger).toBe(simnet.history.latest.sequence);
  return all.flatMap(({ records }) => records);
}

async function* inBatches<T>(values: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let start = 0; start < values.length; start += 2) yield values.slice(start, start + 2);
}

const modifiedOf = (key: string) => simnet.network.store.stored(key)?.modified;
const byId = <T extends { id: string }>(left: T, right: T) => (left.id < right.id ? -1 : 1);

describe.each(['horizon', 'rpc', 'both'] as const)('the state of the network from %s', (source) => {
  it('has every pool as the ledger has it', async () => {
    const pools = entriesOf('pool');
    const named = inBatches(pools.map(({ id }) => id));
    const expected = pools.toSorted(byId).map((pool) => ({
      id: pool.id,
      assetA: pool.assetA.id,
      assetB: pool.assetB.id,
      feeBp: 30,
      reserveA: pool.reserveA,
      reserveB: pool.reserveB,
      shares: pool.shares,
      trustlines: Number(pool.trustlines),
      modifiedLedger: modifiedOf(`pool/${pool.id}`),
    }));
    const found = await recordsOf(states[source].pools(named, never));
    expect(found.toSorted(byId)).toEqual(expected);
  });

  it('has the flags of issuers and, from Horizon, who holds what of an asset', async () => {
    const { store, cast } = simnet.network;
    const named = [...cast.currencies, cast.restricted, cast.orphaned].map(({ id }) => id);
    const found = await recordsOf(states[source].assets(['native' as AssetId, ...named], never));
    // Horizon has no asset that nobody holds; an RPC has the issuer of any.
    const held = new Set(entriesOf('trustline').map(({ asset }) => asset.id));
    const expected = named.filter((asset) => source === 'rpc' || held.has(asset));
    expect(found.map(({ asset }) => asset).toSorted()).toEqual(expected.toSorted());
    const flagsOf = (asset: AssetId) => {
      const issuer = store.account(asset.split(':')[1] as AccountId);
      if (issuer === undefined && source === 'rpc') return null;
      const has = (flag: number) => ((issuer?.flags ?? 0) & flag) !== 0;
      return {
        authRequired: has(1),
        authRevocable: has(2),
        authImmutable: has(4),
        authClawbackEnabled: has(8),
      };
    };
    const authorizedOf = (asset: AssetId) => {
      if (source === 'rpc') return null;
      const lines = entriesOf('trustline').filter((line) => line.asset.id === asset && line.authorized);
      return { accounts: lines.length, balance: lines.reduce((sum, { balance }) => sum + balance, 0n) };
    };
    expect(found.map(({ asset, flags, holders }) => [asset, flags, holders && holders.authorized])).toEqual(
      found.map(({ asset }) => [asset, flagsOf(asset), authorizedOf(asset)]),
    );
  });

  it('has accounts with their home domains, and no account that is gone', async () => {
    const { anchors, root, orphaned } = simnet.network.cast;
    const issuers = anchors.map(({ asset }) => asset.issuer.id);
    const found = await recordsOf(states[source].accounts([...issuers, root.id, orphaned.issuer.id], never));
    const domains = anchors.map(({ asset }) => [
      asset.issuer.id,
      simnet.network.store.account(asset.issuer.id)?.homeDomain,
    ]);
    expect(found.map(({ account, homeDomain }) => [account, homeDomain])).toEqual([
      ...domains,
      [root.id, null],
    ]);
  });

  it('has trustlines by account and asset, and none that is gone', async () => {
    const lines = entriesOf('trustline').slice(0, 30);
    const named = lines.map(({ owner, asset }) => ({ account: owner.id, asset: asset.id }));
    const { root, dollar } = simnet.network.cast;
    const absent = { account: root.id, asset: dollar.id };
    const found = await recordsOf(states[source].trustlines([...named, absent], never));
    const sorted = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row, text)).toSorted();
    expect(sorted(found)).toEqual(
      sorted(
        lines.map(({ owner, asset, authorized, balance, limit }) => ({
          account: owner.id,
          asset: asset.id,
          authorization: authorized ? 'authorized' : 'unauthorized',
          clawbackEnabled: false,
          balance,
          limit,
          modifiedLedger: modifiedOf(`trustline/${owner.id}/${asset.id}`),
        })),
      ),
    );
  });
});

function text(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

describe('the state of the network', () => {
  it('is compared where both sources are set, and agrees', () => {
    expect(comparisons).toEqual([{ compared: entriesOf('pool').length, disagreements: [] }]);
  });

  it('lists all assets from any page on', async () => {
    const whole = await Array.fromAsync(states.horizon.crawlAssets(null, never) ?? []);
    expect(whole.at(-1)?.cursor).toBeNull();
    const assets = whole.flatMap(({ records }) => records.map(({ asset }) => asset));
    expect(new Set(assets).size).toBe(assets.length);
    for (const { asset } of entriesOf('trustline')) expect(assets).toContain(asset.id);
    const [first = '' as AssetId, ...others] = assets;
    const [code = '', issuer = ''] = first.split(':');
    const cursor = `${code}_${issuer}_credit_alphanum${code.length <= 4 ? 4 : 12}`;
    const rest = await Array.fromAsync(states.horizon.crawlAssets(cursor, never) ?? []);
    expect(rest.flatMap(({ records }) => records.map(({ asset }) => asset))).toEqual(others);
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
