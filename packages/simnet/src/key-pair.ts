import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { StrKey } from '@stellar/stellar-sdk/base';
import type { AccountId } from '@stellar-insights/ledger';
import { sha256 } from './digest.ts';

/** An account's identity. The simulator has the keys of all accounts. */
export interface KeyPair {
  readonly id: AccountId;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** An ed25519 signature, 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** An account as an operation names it: `M…` if `muxedId` is set. */
export interface Party {
  readonly account: KeyPair;
  readonly muxedId: bigint | null;
}

/** What precedes a raw ed25519 seed in PKCS #8 (RFC 8410). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key pair of a name. The same name always gives the same keys. */
export function deriveKeyPair(name: string): KeyPair {
  const der = Buffer.concat([PKCS8_ED25519, sha256(Buffer.from(name))]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  return {
    id: StrKey.encodeEd25519PublicKey(publicKey) as AccountId,
    publicKey,
    sign: (message) => sign(null, message, privateKey),
  };
}
