import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerKey, type LedgerKeyWire } from '@stellar/stellar-sdk/xdr';
import type { Simnet } from '@stellar-insights/simnet';
import { quietSimnet } from './quiet-simnet.ts';
import { rpcCall } from './rpc-call.ts';
import { rpc } from '@stellar/stellar-sdk';

type Entry = ReturnType<Simnet['network']['store']['entries']> extends Iterable<infer T> ? T : never;

let simnet: Simnet;
beforeAll(async () => {
  simnet = await quietSimnet({ seed: 'ledger entries' });
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});

const sdk = () => new rpc.Server(simnet.urls.rpc, { allowHttp: true });
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const account = (of: { publicKey: Uint8Array }) => ({ type: 0, ed25519: of.publicKey }) as const;
const encoded = (wire: LedgerKeyWire) => LedgerKey.fromXdrObject(wire).toXdr('base64');

/** The first entry of a kind that the network has, if need be after some more ledgers. */
function any<Kind extends Entry['kind']>(kind: Kind): Extract<Entry, { kind: Kind }> {
  for (let count = 0; count < 100; count += 1) {
    for (const entry of simnet.network.store.entries()) {
      if (entry.kind === kind) return entry as Extract<Entry, { kind: Kind }>;
    }
    simnet.closeLedger();
  }
  throw new Error(`The network has no ${kind}.`);
}

async function read(wire: LedgerKeyWire) {
  const { entries, latestLedger } = await sdk().getLedgerEntries(LedgerKey.fromXdrObject(wire));
  expect(entries).toHaveLength(1);
  expect(latestLedger).toBe(129);
  return entries[0];
}

describe('getLedgerEntries', () => {
  it('reads an account', async () => {
    const [wallet] = simnet.network.cast.wallets;
    if (wallet === undefined) throw new Error('The cast has no wallet.');
    const state = simnet.network.store.account(wallet.id);
    const entry = await sdk().getAccountEntry(wallet.id);
    expect(entry.balance).toBe(state?.balance);
    expect(entry.seqNum).toBe(state?.sequence);
  });

  it('reads a trustline, and the ledger that last changed it', async () => {
    const { owner, asset, balance } = any('trustline');
    const entry = await read({ type: 1, trustLine: { accountId: account(owner), asset: asset.wire } });
    expect(entry?.val.value).toMatchObject({ balance });
    const { store } = simnet.network;
    expect(entry?.lastModifiedLedgerSeq).toBe(store.stored(`trustline/${owner.id}/${asset.id}`)?.modified);
  });

  it('reads a share in a pool', async () => {
    const { owner, pool, balance } = any('pool_share');
    const asset = { type: 3, liquidityPoolId: bytes(pool) } as const;
    const entry = await read({ type: 1, trustLine: { accountId: account(owner), asset } });
    expect(entry?.val.value).toMatchObject({ balance });
  });

  it('reads an offer, under the name of its seller only', async () => {
    const { id: offerId, seller, amount } = any('offer');
    const entry = await read({ type: 2, offer: { sellerId: account(seller), offerId } });
    expect(entry?.val.value).toMatchObject({ offerId, amount });
    const key = encoded({ type: 2, offer: { sellerId: account(simnet.network.cast.root), offerId } });
    const { result } = await rpcCall(simnet.urls.rpc, 'getLedgerEntries', { keys: [key] });
    expect(result).toEqual({ entries: [], latestLedger: 129 });
  });

  it('reads a pool', async () => {
    const { id, reserveA, reserveB, shares } = any('pool');
    const entry = await read({ type: 5, liquidityPool: { liquidityPoolId: bytes(id) } });
    if (entry?.val.type !== 'liquidityPool') throw new Error(`found ${entry?.val.type}`);
    expect(entry.val.value.body.value).toMatchObject({ reserveA, reserveB, totalPoolShares: shares });
  });

  it('reads a claimable balance', async () => {
    const { id, amount } = any('claimable_balance');
    expect(await sdk().getClaimableBalance(id)).toMatchObject({ amount });
  });

  it('answers in the order of the keys and omits entries that do not exist', async () => {
    const { root, vault, validator } = simnet.network.cast;
    const keys = [vault, validator, root].map((one) =>
      encoded({ type: 0, account: { accountId: account(one) } }),
    );
    const { result } = await rpcCall(simnet.urls.rpc, 'getLedgerEntries', { keys });
    expect(result).toMatchObject({ entries: [{ key: keys[0] }, { key: keys[2] }] });
  });

  it.each([
    [
      'more than 200 keys',
      Array.from({ length: 201 }, () => 'AAAA'),
      'key count (201) exceeds maximum supported (200)',
    ],
    ['a key that is no key', ['AAAA'], 'cannot unmarshal key value AAAA at index 0'],
    ['what is no list', 'AAAA', 'invalid parameters: keys is not a list of strings'],
  ])('refuses %s', async (_, keys, message) => {
    const { error } = await rpcCall(simnet.urls.rpc, 'getLedgerEntries', { keys });
    expect(error).toEqual({ code: -32602, message });
  });
});
