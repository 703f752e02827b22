import { decodeBase64, ED25519_PUBLIC_KEY, HMAC_SECRET, parseSecret, type Bytes } from './secret-text.ts';
import { ED25519, HMAC, signedContent, type SignatureVersion, type SignedMessage } from './signed-content.ts';

export interface VerifyingKey {
  readonly version: SignatureVersion;
  /** In constant time. */
  verify(signature: Bytes, content: Bytes): Promise<boolean>;
}

/** More signatures than a rotation needs. A sender cannot make a receiver compute without bound. */
const MOST_SIGNATURES = 10;

/** @param secret `whsec_…` for `v1`, `whpk_…` for `v1a`. Throws `WebhookSecretError`. */
export async function importVerifyingKey(secret: string): Promise<VerifyingKey> {
  if (secret.startsWith(ED25519_PUBLIC_KEY.prefix)) {
    const publicKey = parseSecret(ED25519_PUBLIC_KEY, secret);
    const key = await crypto.subtle.importKey('raw', publicKey, ED25519, false, ['verify']);
    return {
      version: 'v1a',
      verify: (signature, content) => crypto.subtle.verify(ED25519, key, signature, content),
    };
  }
  const key = await crypto.subtle.importKey('raw', parseSecret(HMAC_SECRET, secret), HMAC, false, ['verify']);
  return {
    version: 'v1',
    verify: (signature, content) => crypto.subtle.verify(HMAC, key, signature, content),
  };
}

/** Whether one of the signatures in the header `webhook-signature` is one of these keys'. */
export async function isSignedBy(
  keys: readonly VerifyingKey[],
  message: SignedMessage,
  signatures: string,
): Promise<boolean> {
  const content = signedContent(message);
  for (const entry of signatures.split(' ').slice(0, MOST_SIGNATURES)) {
    const [version, base64 = ''] = entry.split(',');
    const signature = decodeBase64(base64);
    if (signature === undefined) continue;
    for (const key of keys) {
      if (key.version === version && (await key.verify(signature, content))) return true;
    }
  }
  return false;
}
