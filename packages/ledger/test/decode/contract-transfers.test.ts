import { Asset, StrKey } from '@stellar/stellar-sdk/base';
import {
  XdrString,
  type ContractEventWire,
  type HostFunctionWire,
  type LedgerKeyWire,
  type ScAddressWire,
  type ScValWire,
} from '@stellar/stellar-sdk/xdr';
import { describe, expect, it } from 'vitest';
import { intendedMovement } from '../../src/decode/contract-call.ts';
import { reportedMovement } from '../../src/decode/contract-event.ts';
import { ContractNames } from '../../src/decode/contract-names.ts';
import { PartyNames } from '../../src/decode/parties.ts';

const PASSPHRASE = 'Test network';
const names = new ContractNames(PASSPHRASE, new PartyNames());

const key = (fill: number) => Buffer.alloc(32, fill);
const issuer = StrKey.encodeEd25519PublicKey(key(7));
const usd = new Asset('USD', issuer);
const long = new Asset('LONGDOLLAR12', issuer);

const account: ScAddressWire = { type: 0, accountId: { type: 0, ed25519: key(1) } };
const contract: ScAddressWire = { type: 1, contractId: key(2) };
const muxed: ScAddressWire = { type: 2, muxedAccount: { id: 2n ** 64n - 1n, ed25519: key(3) } };
const balance: ScAddressWire = { type: 3, claimableBalanceId: { type: 0, v0: key(4) } };
const pool: ScAddressWire = { type: 4, liquidityPoolId: key(5) };
const admin: ScAddressWire = { type: 0, accountId: { type: 0, ed25519: key(7) } };

const G = StrKey.encodeEd25519PublicKey(key(1));
const C = StrKey.encodeContract(key(2));

const symbol = (text: string): ScValWire => ({ type: 15, sym: new XdrString(text) });
const text = (value: string): ScValWire => ({ type: 14, str: new XdrString(value) });
const address = (value: ScAddressWire): ScValWire => ({ type: 18, address: value });
const int128 = (value: bigint): ScValWire => ({
  type: 10,
  i128: { hi: value >> 64n, lo: BigInt.asUintN(64, value) },
});
const map = (entries: Readonly<Record<string, ScValWire>>): ScValWire => ({
  type: 17,
  map: Object.entries(entries).map(([name, val]) => ({ key: symbol(name), val })),
});

const usdWire = {
  type: 1,
  alphaNum4: { assetCode: Buffer.from('USD\0'), issuer: { type: 0, ed25519: key(7) } },
} as const;
const trustline: LedgerKeyWire = {
  type: 1,
  trustLine: { accountId: { type: 0, ed25519: key(1) }, asset: usdWire },
};

const idOf = (asset: Asset) => StrKey.decodeContract(asset.contractId(PASSPHRASE));
const nameOf = (asset: Asset) => (asset.isNative() ? 'native' : asset.toString());

function event(topics: readonly ScValWire[], data: ScValWire, asset = usd): ContractEventWire {
  const body: ContractEventWire['body'] = { v: 0, v0: { topics: [...topics, text(nameOf(asset))], data } };
  return { ext: { v: 0 }, contractId: idOf(asset), type: 1, body };
}

const amount = int128(5n);

describe('an event of the contract of an asset', () => {
  it.each([
    ['transfer', [account, contract], { from: G, to: C }],
    [
      'transfer',
      [balance, pool],
      {
        from: StrKey.encodeClaimableBalance(Buffer.from([0, ...key(4)])),
        to: StrKey.encodeLiquidityPool(key(5)),
      },
    ],
    ['mint', [account], { from: null, to: G }],
    ['burn', [account], { from: G, to: null }],
    ['clawback', [contract], { from: C, to: null }],
  ] as const)('says what it moved: %s', (type, parties, expected) => {
    const topics = [symbol(type), ...parties.map(address)];
    const rest = {
      type,
      contract: usd.contractId(PASSPHRASE),
      asset: nameOf(usd),
      toMuxedId: null,
      amount: 5n,
    };
    expect(reportedMovement(event(topics, amount), names)).toStrictEqual({ ...rest, ...expected });
  });

  it.each(['mint', 'clawback'])(
    'of protocols until 22 names the admin of a %s, who is no party of it',
    (type) => {
      const topics = [symbol(type), address(admin), address(account)];
      expect(reportedMovement(event(topics, amount), names)).toMatchObject(
        type === 'mint' ? { from: null, to: G } : { from: G, to: null },
      );
    },
  );

  it('of protocols from 23 on has the id of a muxed account beside the amount', () => {
    const data = map({ amount: int128(2n ** 127n - 1n), to_muxed_id: { type: 5, u64: 2n ** 64n - 1n } });
    const topics = [symbol('transfer'), address(account), address(account)];
    expect(reportedMovement(event(topics, data), names)).toMatchObject({
      amount: 2n ** 127n - 1n,
      toMuxedId: 2n ** 64n - 1n,
    });
  });

  it.each([Asset.native(), usd, long])(
    'is told by the id that the network and the asset give: %s',
    (asset) => {
      const transfer = event([symbol('transfer'), address(account), address(contract)], amount, asset);
      const movement = reportedMovement(transfer, names);
      expect(movement).toMatchObject({ asset: nameOf(asset), contract: asset.contractId(PASSPHRASE) });
      expect(reportedMovement(transfer, new ContractNames('Other network', new PartyNames()))).toBeNull();
      expect(reportedMovement({ ...transfer, contractId: key(9) }, names)).toBeNull();
      expect(reportedMovement({ ...transfer, contractId: null }, names)).toBeNull();
      // What a node says of its own, and what is no output of the contract.
      expect(reportedMovement({ ...transfer, type: 0 }, names)).toBeNull();
      expect(reportedMovement({ ...transfer, type: 2 }, names)).toBeNull();
    },
  );

  it.each(['approve', 'set_authorized', 'set_admin', 'fee'])('that moves nothing is left out: %s', (type) => {
    expect(reportedMovement(event([symbol(type), address(account)], amount), names)).toBeNull();
  });

  it.each([
    ['more parties', [account, account, account], amount],
    ['fewer parties', [], amount],
    ['another amount', [account, account], { type: 6, i64: 5n } as const],
    ['another id', [account, account], map({ amount, to_muxed_id: text('7') })],
    ['another entry', [account, account], map({ amount, memo: { type: 5, u64: 7n } })],
    ['no amount', [account, account], map({ to_muxed_id: { type: 5, u64: 7n } })],
  ])('with %s than this build knows is refused, and never counted wrong', (_, parties, data) => {
    const topics = [symbol('transfer'), ...parties.map(address)];
    expect(() => reportedMovement(event(topics, data), names)).toThrow(
      /transfer of USD:.* in an unknown form/,
    );
  });
});

describe('the call of the contract of an asset', () => {
  it.each([
    ['transfer', [account, contract], { type: 'transfer', from: G, to: C, toMuxedId: null }],
    [
      'transfer',
      [account, muxed],
      { from: G, to: StrKey.encodeEd25519PublicKey(key(3)), toMuxedId: 2n ** 64n - 1n },
    ],
    ['transfer_from', [contract, account, admin], { type: 'transfer', from: G, to: issuer }],
    ['mint', [account], { type: 'mint', from: null, to: G }],
    ['burn', [account], { type: 'burn', from: G, to: null }],
    ['burn_from', [contract, account], { type: 'burn', from: G, to: null }],
    ['clawback', [contract], { type: 'clawback', from: C, to: null }],
  ] as const)('says what it should have moved: %s', (name, parties, expected) => {
    const movement = intendedMovement(call(name, [...parties.map(address), int128(-5n)]), [trustline], names);
    const rest = { contract: usd.contractId(PASSPHRASE), asset: nameOf(usd), amount: -5n };
    expect(movement).toMatchObject({ ...rest, ...expected });
  });

  const moves = [address(account), address(contract), amount];

  it('needs a transaction that proves the asset: it is native, or a trustline in the footprint', () => {
    const shares: LedgerKeyWire = {
      type: 1,
      trustLine: { accountId: { type: 0, ed25519: key(1) }, asset: { type: 3, liquidityPoolId: key(5) } },
    };
    const native = Asset.native();
    expect(intendedMovement(call('transfer', moves, native), [], names)).toMatchObject({ asset: 'native' });
    expect(intendedMovement(call('transfer', moves), [shares, trustline], names)).toMatchObject({
      asset: nameOf(usd),
    });
    expect(intendedMovement(call('transfer', moves), [shares], names)).toBeNull();
    expect(intendedMovement(call('transfer', moves, long), [trustline], names)).toBeNull();
  });

  it.each([
    ['another function', 'approve', moves],
    ['another name of Object', 'constructor', moves],
    ['fewer arguments', 'transfer', moves.slice(1)],
    ['more arguments', 'transfer', [...moves, amount]],
    ['an amount of another type', 'transfer', [...moves.slice(0, 2), { type: 6, i64: 5n } as const]],
    ['a party that is no address', 'transfer', [text(G), ...moves.slice(1)]],
    ['no arguments', 'transfer', []],
  ])('is none with %s', (_, name, args) => {
    expect(intendedMovement(call(name, args), [trustline], names)).toBeNull();
  });
});

function call(name: string, args: readonly ScValWire[], asset = usd): HostFunctionWire {
  const contractAddress = { type: 1, contractId: idOf(asset) } as const;
  return { type: 0, invokeContract: { contractAddress, functionName: new XdrString(name), args: [...args] } };
}
