import { accountKey, contractOfKey } from './account-key.ts';
import type { AssetId, ContractId } from './brands.ts';
import { networkIdOf, sha256 } from './decode/hash.ts';

const ENVELOPE_TYPE_CONTRACT_ID = 8;
const CONTRACT_ID_PREIMAGE_FROM_ASSET = 1;
const PUBLIC_KEY_TYPE_ED25519 = 0;

/**
 * The contract by which other contracts move an asset (CAP-46-6). The network and the asset give its id, whether or not
 * somebody has installed it. Null if the text names no asset.
 */
export function contractOfAsset(asset: AssetId, networkPassphrase: string): ContractId | null {
  const body = assetBytes(asset);
  if (body === null) return null;
  const [envelope, preimage] = [int(ENVELOPE_TYPE_CONTRACT_ID), int(CONTRACT_ID_PREIMAGE_FROM_ASSET)];
  return contractOfKey(sha256(envelope, networkIdOf(networkPassphrase), preimage, body));
}

/** XDR of an `Asset`. */
function assetBytes(asset: string): Buffer | null {
  if (asset === 'native') return int(0);
  const [, code = '', issuer = ''] = /^([A-Za-z0-9]{1,12}):(G[A-Z2-7]{55})$/.exec(asset) ?? [];
  const key = accountKey(issuer);
  if (key === null) return null;
  const isShort = code.length <= 4;
  const padded = Buffer.alloc(isShort ? 4 : 12);
  padded.write(code, 'latin1');
  return Buffer.concat([int(isShort ? 1 : 2), padded, int(PUBLIC_KEY_TYPE_ED25519), key]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
