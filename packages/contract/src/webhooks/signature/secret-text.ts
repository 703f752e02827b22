import { WebhookSecretError } from './errors.ts';

/** The bytes of a secret or key in text form. */
export type Bytes = Uint8Array<ArrayBuffer>;

interface SecretForm {
  readonly prefix: string;
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** The forms of Standard Webhooks: a prefix and base64. */
export const HMAC_SECRET: SecretForm = { prefix: 'whsec_', minBytes: 24, maxBytes: 64 };
/** The seed of an ed25519 key. */
export const ED25519_SECRET_KEY: SecretForm = { prefix: 'whsk_', minBytes: 32, maxBytes: 32 };
export const ED25519_PUBLIC_KEY: SecretForm = { prefix: 'whpk_', minBytes: 32, maxBytes: 32 };

export function formatSecret({ prefix }: SecretForm, bytes: Bytes): string {
  return `${prefix}${encodeBase64(bytes)}`;
}

/** Throws `WebhookSecretError`. */
export function parseSecret({ prefix, minBytes, maxBytes }: SecretForm, text: string): Bytes {
  const bytes = text.startsWith(prefix) ? decodeBase64(text.slice(prefix.length)) : undefined;
  if (bytes === undefined || bytes.length < minBytes || bytes.length > maxBytes) {
    const length = minBytes === maxBytes ? `${minBytes}` : `${minBytes} to ${maxBytes}`;
    throw new WebhookSecretError(`${prefix} and ${length} bytes in base64`);
  }
  return bytes;
}

export function encodeBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes));
}

/** Undefined if the text is not base64. */
export function decodeBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
