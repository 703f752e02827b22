import {
  LedgerEntryData,
  LedgerKey,
  type LedgerEntryDataWire,
  type LedgerKeyWire,
} from '@stellar/stellar-sdk/xdr';
import { accountKey } from '../account-key.ts';
import type { AccountId, AssetId, LedgerSequence, PoolId, Stroops } from '../brands.ts';
import { hex } from '../decode/hash.ts';
import { PartyNames } from '../decode/parties.ts';
import { invalidEntry } from './errors.ts';
import type {
  AccountFlags,
  AccountState,
  Authorization,
  PoolState,
  TrustlineName,
  TrustlineState,
} from './network-state.ts';
import { homeDomainOf } from './names.ts';
import { poolIdOf } from './pool-id.ts';

/** An entry as `getLedgerEntries` returns it. */
export interface RawEntry {
  readonly bytes: Uint8Array;
  readonly modifiedLedger: LedgerSequence;
}

/** How entries of one kind are asked for and read. `read` throws StateError `entry_invalid`. */
export interface EntryKind<Name, State> {
  /** The XDR of the `LedgerKey`. */
  readonly keyOf: (name: Name) => Uint8Array;
  readonly read: (name: Name, entry: RawEntry) => State;
}

export const poolEntry: EntryKind<PoolId, PoolState> = {
  keyOf: (id) => encodeKey({ type: 5, liquidityPool: { liquidityPoolId: Buffer.from(id, 'hex') } }),
  read: (id, entry) => {
    const data = decode(entry.bytes, `pool ${id}`);
    if (data.type !== 5) throw invalidEntry(`an entry of type ${data.type}`, `pool ${id}`);
    const { params, reserveA, reserveB, totalPoolShares, poolSharesTrustLineCount } =
      data.liquidityPool.body.constantProduct;
    const names = new PartyNames();
    const [assetA, assetB] = [names.asset(params.assetA), names.asset(params.assetB)];
    if (
      hex(data.liquidityPool.liquidityPoolId) !== String(id) ||
      poolIdOf(assetA, assetB, params.fee) !== id
    ) {
      throw invalidEntry(`the pool of ${assetA} and ${assetB}`, `pool ${id}`);
    }
    return {
      id,
      assetA,
      assetB,
      feeBp: params.fee,
      reserveA: reserveA as Stroops,
      reserveB: reserveB as Stroops,
      shares: totalPoolShares as Stroops,
      trustlines: Number(poolSharesTrustLineCount),
      modifiedLedger: entry.modifiedLedger,
    };
  },
};

export const accountEntry: EntryKind<AccountId, AccountState> = {
  keyOf: (id) => encodeKey({ type: 0, account: { accountId: publicKey(id) } }),
  read: (id, entry) => {
    const data = decode(entry.bytes, `account ${id}`);
    if (data.type !== 0) throw invalidEntry(`an entry of type ${data.type}`, `account ${id}`);
    const { accountId, flags, homeDomain } = data.account;
    requireSame(new PartyNames().account(accountId), id);
    return {
      account: id,
      homeDomain: homeDomainOf(Buffer.from(homeDomain.bytes).toString('latin1')),
      flags: flagsOf(flags),
      modifiedLedger: entry.modifiedLedger,
    };
  },
};

export const trustlineEntry: EntryKind<TrustlineName, TrustlineState> = {
  keyOf: ({ account, asset }) =>
    encodeKey({ type: 1, trustLine: { accountId: publicKey(account), asset: assetWire(asset) } }),
  read: ({ account, asset }, entry) => {
    const data = decode(entry.bytes, `the trustline of ${account} for ${asset}`);
    if (data.type !== 1 || data.trustLine.asset.type === 3) {
      throw invalidEntry(`an entry of another type`, `the trustline of ${account} for ${asset}`);
    }
    const { accountId, asset: found, balance, limit, flags } = data.trustLine;
    const names = new PartyNames();
    requireSame(`${names.account(accountId)} ${names.asset(found)}`, `${account} ${asset}`);
    return {
      account,
      asset,
      authorization: authorizationOf(flags),
      clawbackEnabled: (flags & CLAWBACK) !== 0,
      balance: balance as Stroops,
      limit: limit as Stroops,
      modifiedLedger: entry.modifiedLedger,
    };
  },
};

/* Flags of a trustline: CAP-18, CAP-35. */
const AUTHORIZED = 1;
const MAINTAIN_LIABILITIES = 2;
const CLAWBACK = 4;

function authorizationOf(flags: number): Authorization {
  if ((flags & AUTHORIZED) !== 0) return 'authorized';
  return (flags & MAINTAIN_LIABILITIES) !== 0 ? 'maintain_liabilities' : 'unauthorized';
}

function flagsOf(flags: number): AccountFlags {
  return {
    authRequired: (flags & 1) !== 0,
    authRevocable: (flags & 2) !== 0,
    authImmutable: (flags & 4) !== 0,
    authClawbackEnabled: (flags & 8) !== 0,
  };
}

function encodeKey(key: LedgerKeyWire): Uint8Array {
  return LedgerKey.schema.encode(key);
}

function decode(bytes: Uint8Array, what: string): LedgerEntryDataWire {
  try {
    return LedgerEntryData.schema.decode(bytes);
  } catch (error) {
    throw invalidEntry(`${error instanceof Error ? error.message : String(error)} in the entry`, what);
  }
}

function requireSame(found: string, expected: string): void {
  if (found !== expected) throw invalidEntry(`the entry of ${found}`, `that of ${expected}`);
}

function publicKey(account: AccountId) {
  const key = accountKey(account);
  if (key === null) throw new TypeError(`found ${account}, expected an account, G…`);
  return { type: 0, ed25519: key } as const;
}

function assetWire(asset: AssetId) {
  const [code = '', issuer = ''] = asset.split(':');
  const assetCode = Buffer.alloc(code.length <= 4 ? 4 : 12);
  assetCode.write(code, 'latin1');
  const alphaNum = { assetCode, issuer: publicKey(issuer as AccountId) };
  return code.length <= 4
    ? ({ type: 1, alphaNum4: alphaNum } as const)
    : ({ type: 2, alphaNum12: alphaNum } as const);
}
