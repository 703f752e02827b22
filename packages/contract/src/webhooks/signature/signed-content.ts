import type { Bytes } from './secret-text.ts';

/** What a signature covers. */
export interface SignedMessage {
  /** `webhook-id`: of the event, the same at each attempt. */
  readonly id: string;
  /** `webhook-timestamp`: of the attempt, in Unix seconds. */
  readonly timestamp: number;
  /** Exactly as it is sent. */
  readonly body: string | Uint8Array;
}

/** The names of the headers that Standard Webhooks defines. */
export const WEBHOOK_ID = 'webhook-id';
export const WEBHOOK_TIMESTAMP = 'webhook-timestamp';
export const WEBHOOK_SIGNATURE = 'webhook-signature';

/** `v1` is HMAC with SHA-256, `v1a` is ed25519. */
export type SignatureVersion = 'v1' | 'v1a';

/** As WebCrypto names the algorithms. */
export const HMAC = { name: 'HMAC', hash: 'SHA-256' };
export const ED25519 = 'Ed25519';

/** `<id>.<timestamp>.<body>` in UTF-8. */
export function signedContent({ id, timestamp, body }: SignedMessage): Bytes {
  const head = `${id}.${timestamp}.`;
  const encoder = new TextEncoder();
  if (typeof body === 'string') return encoder.encode(head + body);
  const encodedHead = encoder.encode(head);
  const content = new Uint8Array(encodedHead.length + body.length);
  content.set(encodedHead);
  content.set(body, encodedHead.length);
  return content;
}
