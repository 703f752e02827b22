import { StrKey } from '@stellar/stellar-sdk/base';
import type { AssetWire } from '@stellar/stellar-sdk/xdr';
import type { AssetId } from '@stellar-insights/ledger';
import type { KeyPair } from '../key-pair.ts';
import { accountWire } from '../wire.ts';

export interface Asset {
  readonly id: AssetId;
  /** Null for the native asset. */
  readonly issuer: KeyPair | null;
  readonly wire: AssetWire;
}

export interface CreditAsset extends Asset {
  readonly issuer: KeyPair;
  readonly wire: Exclude<AssetWire, { type: 0 }>;
}

export const NATIVE: Asset = { id: 'native' as AssetId, issuer: null, wire: { type: 0 } };

/** An issued asset; codes of up to 4 characters take the short form, up to 12 the long one. */
export function creditAsset(code: string, issuer: KeyPair): CreditAsset {
  const length = code.length <= 4 ? 4 : 12;
  const assetCode = Buffer.alloc(length);
  assetCode.write(code, 'ascii');
  const body = { assetCode, issuer: accountWire(issuer) };
  return {
    id: `${code}:${issuer.id}` as AssetId,
    issuer,
    wire: length === 4 ? { type: 1, alphaNum4: body } : { type: 2, alphaNum12: body },
  };
}

export function isCredit(asset: Asset): asset is CreditAsset {
  return asset.issuer !== null;
}

/** The name of an asset that came in from outside. */
export function assetIdOf(wire: AssetWire): AssetId {
  if (wire.type === 0) return NATIVE.id;
  const { assetCode, issuer } = wire.type === 1 ? wire.alphaNum4 : wire.alphaNum12;
  const code = Buffer.from(assetCode).toString('ascii').replace(/\0+$/, '');
  return `${code}:${StrKey.encodeEd25519PublicKey(issuer.ed25519)}` as AssetId;
}
