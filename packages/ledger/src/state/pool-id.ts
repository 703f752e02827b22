import { createHash } from 'node:crypto';
import { accountKey } from '../account-key.ts';
import type { AssetId, PoolId } from '../brands.ts';
import { issuedAsset } from './names.ts';

const CONSTANT_PRODUCT = 0;

/**
 * The id of the pool of two assets: sha256 of the XDR of its `LiquidityPoolParameters`. So an answer about a pool cannot name
 * other assets than the pool's. Null if one of the texts is no asset.
 */
export function poolIdOf(assetA: AssetId, assetB: AssetId, feeBp: number): PoolId | null {
  const [a, b] = [assetBytes(assetA), assetBytes(assetB)];
  if (a === null || b === null) return null;
  const hash = createHash('sha256').update(int32(CONSTANT_PRODUCT)).update(a).update(b).update(int32(feeBp));
  return hash.digest('hex') as PoolId;
}

/** The XDR of an `Asset`. */
function assetBytes(asset: AssetId): Buffer | null {
  if (asset === 'native') return int32(0);
  const issued = issuedAsset(asset);
  const key = issued && accountKey(issued.issuer);
  if (issued === null || key === null) return null;
  const { code } = issued;
  const short = code.length <= 4;
  const bytes = Buffer.alloc(short ? 4 : 12);
  bytes.write(code, 'latin1');
  return Buffer.concat([int32(short ? 1 : 2), bytes, int32(0), key]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
