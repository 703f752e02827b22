import type { webcrypto } from 'node:crypto';
import {
  ED25519_PUBLIC_KEY,
  ED25519_SECRET_KEY,
  encodeBase64,
  formatSecret,
  HMAC_SECRET,
  parseSecret,
  type Bytes,
} from './secret-text.ts';
import { ED25519, HMAC, signedContent, type SignatureVersion, type SignedMessage } from './signed-content.ts';

export interface SigningKey {
  readonly version: SignatureVersion;
  sign(content: Bytes): Promise<ArrayBuffer>;
}

/** What PKCS #8 puts before the seed of an ed25519 key (RFC 8410). */
const PKCS8_HEAD = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/** @param secret `whsec_…` for `v1`, `whsk_…` for `v1a`. Throws `WebhookSecretError`. */
export async function importSigningKey(secret: string): Promise<SigningKey> {
  if (secret.startsWith(ED25519_SECRET_KEY.prefix)) {
    const pkcs8 = Uint8Array.from([...PKCS8_HEAD, ...parseSecret(ED25519_SECRET_KEY, secret)]);
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, ED25519, false, ['sign']);
    return { version: 'v1a', sign: (content) => crypto.subtle.sign(ED25519, key, content) };
  }
  const key = await crypto.subtle.importKey('raw', parseSecret(HMAC_SECRET, secret), HMAC, false, ['sign']);
  return { version: 'v1', sign: (content) => crypto.subtle.sign(HMAC, key, content) };
}

/** The header `webhook-signature`: one signature a key, for the time of a rotation two. */
export async function sign(keys: readonly SigningKey[], message: SignedMessage): Promise<string> {
  const content = signedContent(message);
  const signatures = keys.map(
    async (key) => `${key.version},${encodeBase64(new Uint8Array(await key.sign(content)))}`,
  );
  return (await Promise.all(signatures)).join(' ');
}

/** A new `whsec_…` of 32 random bytes. */
export function generateHmacSecret(): string {
  return formatSecret(HMAC_SECRET, crypto.getRandomValues(new Uint8Array(32)));
}

/** A new pair: `whsk_…` signs, `whpk_…` is for receivers. */
export async function generateEd25519Pair(): Promise<{
  readonly secretKey: string;
  readonly publicKey: string;
}> {
  const pair = (await crypto.subtle.generateKey(ED25519, true, [
    'sign',
    'verify',
  ])) as webcrypto.CryptoKeyPair;
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return {
    secretKey: formatSecret(ED25519_SECRET_KEY, pkcs8.slice(PKCS8_HEAD.length)),
    publicKey: formatSecret(ED25519_PUBLIC_KEY, publicKey),
  };
}
