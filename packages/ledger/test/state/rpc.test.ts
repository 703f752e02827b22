import { systemClock } from '@stellar-insights/runtime/time';
import { LedgerEntryData, LedgerKey } from '@stellar/stellar-sdk/xdr';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountKey, type PoolId } from '@stellar-insights/ledger';
import { openNetworkState, type Comparison, type PoolState } from '@stellar-insights/ledger/state';
import { LocalServer } from '../sources/local-server.ts';
import { HorizonServer, ISSUER, PASSPHRASE, poolRecord } from './horizon-server.ts';

const never = new AbortController().signal;
const options = {
  clock: { ...systemClock, sleep: async () => {}, random: () => 0.5 },
  retry: { attempts: 2 },
  expectedNetwork: async () => PASSPHRASE,
};

interface Entry {
  key?: unknown;
  xdr?: unknown;
  lastModifiedLedgerSeq?: unknown;
}

const { id: ID } = poolRecord('USD') as unknown as { id: PoolId };
const { id: OTHER } = poolRecord('EUR') as unknown as { id: PoolId };

const keyOf = (id: PoolId) =>
  LedgerKey.fromXdrObject({ type: 5, liquidityPool: { liquidityPoolId: Buffer.from(id, 'hex') } }).toXdr(
    'base64',
  );

/** The entry of the pool of the native asset and `code`. */
function entryOf(id: PoolId, code: string, reserveA = 2n ** 63n - 1n): Entry {
  const assetCode = Buffer.alloc(4);
  assetCode.write(code);
  const issuer = { type: 0, ed25519: accountKey(ISSUER) ?? Buffer.alloc(32) } as const;
  const constantProduct = {
    params: { assetA: { type: 0 }, assetB: { type: 1, alphaNum4: { assetCode, issuer } }, fee: 30 },
    reserveA,
    reserveB: 1n,
    totalPoolShares: 120_000_001n,
    poolSharesTrustLineCount: 3n,
  } as const;
  const data = LedgerEntryData.fromXdrObject({
    type: 5,
    liquidityPool: { liquidityPoolId: Buffer.from(id, 'hex'), body: { type: 0, constantProduct } },
  });
  return { key: keyOf(id), xdr: data.toXdr('base64'), lastModifiedLedgerSeq: 90 };
}

let rpc: LocalServer;
let horizon: HorizonServer;
let answer: (keys: readonly string[]) => unknown;
const keysAsked: number[] = [];
beforeAll(async () => {
  rpc = await LocalServer.start(async (request, response) => {
    const { id, method, params } = JSON.parse(await text(request)) as {
      id: number;
      method: string;
      params?: { keys: string[] };
    };
    keysAsked.push(params?.keys.length ?? 0);
    const result = method === 'getNetwork' ? { passphrase: PASSPHRASE } : answer(params?.keys ?? []);
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  });
  horizon = await HorizonServer.start();
});
afterAll(async () => {
  await Promise.all([rpc[Symbol.asyncDispose](), horizon[Symbol.asyncDispose]()]);
});
beforeEach(() => {
  answer = () => ({ entries: [entryOf(ID, 'USD')], latestLedger: 100 });
  keysAsked.length = 0;
});

async function* named(ids: readonly PoolId[]): AsyncGenerator<readonly PoolId[]> {
  yield ids;
}

const pools = (ids: readonly PoolId[]) =>
  Array.fromAsync(openNetworkState({ rpc: rpc.url }, options).pools(named(ids), never));

describe('entries of an RPC', () => {
  it('are asked for 200 at a time, and those that do not exist are absent', async () => {
    const ids = [ID, ...Array.from({ length: 449 }, (_, index) => String(index).padStart(64, '0') as PoolId)];
    answer = (keys) => ({ entries: keys.includes(keyOf(ID)) ? [entryOf(ID, 'USD')] : [], latestLedger: 100 });
    const pages = await pools(ids);
    expect(keysAsked).toEqual([0, 200, 200, 50]);
    expect(pages.map(({ records }) => records.length)).toEqual([1, 0, 0]);
    expect(pages[0]).toMatchObject({
      records: [{ id: ID, assetA: 'native', assetB: `USD:${ISSUER}`, reserveA: 2n ** 63n - 1n }],
      ledger: 100,
      cursor: null,
    });
  });

  it.each<[string, string, (entry: Entry) => unknown]>([
    ['no list', 'rpc_invalid_response', () => ({ latestLedger: 100 })],
    ['no ledger', 'rpc_invalid_response', (entry) => ({ entries: [entry] })],
    ['an entry twice', 'rpc_invalid_response', (entry) => ({ entries: [entry, entry], latestLedger: 100 })],
    ['another key', 'rpc_invalid_response', () => ({ entries: [entryOf(OTHER, 'EUR')], latestLedger: 100 })],
    [
      'no last change',
      'rpc_invalid_response',
      ({ key, xdr }) => ({ entries: [{ key, xdr }], latestLedger: 100 }),
    ],
    ['no XDR', 'rpc_invalid_response', (entry) => ({ entries: [{ ...entry, xdr: 5 }], latestLedger: 100 })],
    [
      'XDR that is cut off',
      'entry_invalid',
      (entry) => ({ entries: [{ ...entry, xdr: String(entry.xdr).slice(0, 40) }], latestLedger: 100 }),
    ],
    [
      'XDR of another pool',
      'entry_invalid',
      (entry) => ({ entries: [{ ...entry, xdr: entryOf(OTHER, 'EUR').xdr }], latestLedger: 100 }),
    ],
    [
      'a pool with other assets than its id says',
      'entry_invalid',
      (entry) => ({ entries: [{ ...entry, xdr: entryOf(ID, 'EUR').xdr }], latestLedger: 100 }),
    ],
  ])('are refused with %s: %s', async (_what, code, change) => {
    answer = () => change(entryOf(ID, 'USD'));
    await expect(pools([ID])).rejects.toMatchObject({ code, retryable: false });
  });
});

describe('a comparison of Horizon with an RPC', () => {
  const comparisons: Comparison[] = [];
  const failures: unknown[] = [];
  const read = async (): Promise<PoolState[]> => {
    comparisons.length = 0;
    failures.length = 0;
    const state = openNetworkState(
      { horizon: horizon.url, rpc: rpc.url },
      {
        ...options,
        onCompared: (comparison) => comparisons.push(comparison),
        onNotCompared: (error) => failures.push(error),
      },
    );
    const pages = await Array.fromAsync(state.pools(named([]), never));
    return pages.flatMap(({ records }) => records);
  };

  it('finds a pool that differs after the same last change, and leaves out one that has changed since', async () => {
    horizon.records = [poolRecord('USD'), poolRecord('EUR')].toSorted((left, right) =>
      left.paging_token < right.paging_token ? -1 : 1,
    );
    const changed = { ...entryOf(OTHER, 'EUR', 5n), lastModifiedLedgerSeq: 91 };
    answer = () => ({ entries: [entryOf(ID, 'USD'), changed], latestLedger: 100 });
    expect(await read()).toHaveLength(2);
    expect(comparisons).toEqual([{ compared: 1, disagreements: [] }]);

    answer = () => ({ entries: [entryOf(ID, 'USD', 5n), changed], latestLedger: 100 });
    expect(await read()).toHaveLength(2);
    expect(comparisons).toMatchObject([
      {
        compared: 1,
        disagreements: [{ horizon: { id: ID, reserveA: 2n ** 63n - 1n }, rpc: { id: ID, reserveA: 5n } }],
      },
    ]);
  });

  it('is of a sample, and a listing does not fail for an RPC that cannot be read', async () => {
    horizon.records = Array.from({ length: 450 }, (_, index) => poolRecord(`P${index}`)).toSorted(
      (left, right) => (left.paging_token < right.paging_token ? -1 : 1),
    );
    answer = () => ({ entries: [], latestLedger: 100 });
    expect(await read()).toHaveLength(450);
    expect(keysAsked).toEqual([0, 200]);
    expect(comparisons).toEqual([{ compared: 0, disagreements: [] }]);

    answer = () => null;
    expect(await read()).toHaveLength(450);
    expect(comparisons).toEqual([]);
    expect(failures).toMatchObject([{ code: 'rpc_invalid_response' }]);
  });
});
