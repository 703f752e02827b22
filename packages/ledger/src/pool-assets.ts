import { accountKey } from './account-key.ts';
import type { AssetId } from './brands.ts';

/** The two assets of a pool in the protocol's order (CAP-38): by the type of the asset, its code, then its issuer. */
export function poolAssets(one: AssetId, other: AssetId): [assetA: AssetId, assetB: AssetId] {
  return compare(one, other) < 0 ? [one, other] : [other, one];
}

function compare(one: AssetId, other: AssetId): number {
  const [left, right] = [placeOf(one), placeOf(other)];
  if (left.type !== right.type) return left.type - right.type;
  if (left.code !== right.code) return left.code < right.code ? -1 : 1;
  return Buffer.compare(left.issuer, right.issuer);
}

/** A code has at most 4 characters in the short form of an asset, and at least 5 in the long one. */
function placeOf(asset: AssetId): { readonly type: number; readonly code: string; readonly issuer: Buffer } {
  const [code = '', issuer] = asset.split(':');
  if (issuer === undefined) return { type: 0, code: '', issuer: Buffer.alloc(0) };
  return { type: code.length <= 4 ? 1 : 2, code, issuer: accountKey(issuer) ?? Buffer.from(issuer) };
}
