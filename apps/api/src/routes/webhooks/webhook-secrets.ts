import { randomUUID } from 'node:crypto';
import { generateEd25519Pair, generateHmacSecret } from '@stellar-insights/contract/webhook-signature';
import type { NewSecret } from '@stellar-insights/db/webhooks';
import { webhooksUnavailable } from './webhook-problems.ts';
import type { WebhookSettings } from './webhook-settings.ts';

interface IssuedSecret {
  /** `whsec_…`, as its owner sees it. */
  readonly text: string;
  readonly stored: NewSecret;
}

/** @throws ProblemError `webhooks_unavailable` */
export function issueHmacSecret(settings: WebhookSettings): IssuedSecret {
  const text = generateHmacSecret();
  return { text, stored: sealed(settings, text) };
}

/**
 * A key pair for the installation. Nobody sees the private key.
 *
 * @throws ProblemError `webhooks_unavailable`
 */
export async function issueKeyPair(settings: WebhookSettings): Promise<NewSecret> {
  const { secretKey, publicKey } = await generateEd25519Pair();
  return { ...sealed(settings, secretKey), publicKey };
}

/** `text`: in its form `whsec_…` or `whsk_…`. */
function sealed({ secretBox }: WebhookSettings, text: string): NewSecret {
  if (secretBox === undefined) throw webhooksUnavailable();
  const id = randomUUID();
  return { id, sealed: secretBox.seal(Buffer.from(text), id) };
}
