import { randomUUID } from 'node:crypto';
import { filterKeys, type WebhookFilters } from '@stellar-insights/contract/webhooks';
import { generateEd25519Pair, generateHmacSecret } from '@stellar-insights/contract/webhook-signature';
import { transaction, type Database } from '@stellar-insights/db';
import { appendEvents, type NewEvent } from '@stellar-insights/db/log';
import { createWebhook, SecretBox } from '@stellar-insights/db/webhooks';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';

const SECRET_KEY = Buffer.alloc(32, 'k');
export const secretBox = new SecretBox({ current: SECRET_KEY });

export const OWNER = 'acme';

/** Of a worker that delivers to receivers of this machine. */
export const WEBHOOK_ENV = {
  WORKER_ROLES: 'webhook-dispatch',
  WEBHOOK_SECRET_KEY: SECRET_KEY.toString('base64'),
  OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
};

export interface TestWebhook {
  readonly id: string;
  /** Of `hmac`, `whsec_…`. */
  readonly secret: string;
}

export interface TestWebhookOptions {
  readonly url: string;
  readonly ordering?: 'none' | 'strict';
  /** Default: `hmac`. */
  readonly signature?: 'hmac' | 'ed25519';
  readonly concurrency?: number;
  readonly ratePerSecond?: number | null;
  /** The kind of events that it wants. Default: `payment.created`, of whatever payment. */
  readonly event?: WebhookFilters['events'][number];
  readonly owner?: string;
}

/** The pair of the installation, whose first webhook with ed25519 stores it. */
export type KeyPair = Awaited<ReturnType<typeof generateEd25519Pair>>;

export async function addWebhook(
  db: Database,
  options: TestWebhookOptions,
  pair?: KeyPair,
): Promise<TestWebhook> {
  const { url, ordering = 'none', signature = 'hmac', event = 'payment.created', owner = OWNER } = options;
  const { concurrency = 10, ratePerSecond = null } = options;
  const { secretKey, publicKey } = pair ?? (await generateEd25519Pair());
  const secret = signature === 'hmac' ? generateHmacSecret() : secretKey;
  const id = randomUUID();
  const secretId = randomUUID();
  const sealed = secretBox.seal(Buffer.from(secret), secretId);
  await createWebhook(db, {
    webhook: {
      id,
      owner,
      url,
      description: null,
      ordering,
      signature,
      filters: { events: [event] },
      filterKeys: filterKeys({ events: [event] }, owner),
      concurrency: ordering === 'strict' ? 1 : concurrency,
      ratePerSecond,
    },
    secret: { id: secretId, sealed, ...(signature === 'ed25519' && { publicKey }) },
    limit: 1_000_000,
  });
  return { id, secret };
}

const template = ledgerEvents(firstOf(simulatedLedgers(1))).find(({ event }) => event === 'payment.created');

/** So many events of payments that differ. */
export function paymentEvents(count: number, first = 1): NewEvent[] {
  if (template === undefined) throw new RangeError('found no payment in a simulated ledger, expected one');
  return Array.from({ length: count }, (_, place) => ({
    ...template,
    data: { ...template.data, op_id: String(first + place) },
  }));
}

export async function append(db: Database, events: readonly NewEvent[]): Promise<void> {
  await transaction(db, (tx) => appendEvents(tx, events));
}
