import type { Database, RunOptions } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { WebhookLimitError } from './errors.ts';
import { becomeLive } from './live-state.ts';
import { selectWebhook } from './read-webhooks.ts';
import { addFirstKeyPair, addSecret, type NewSecret } from './secrets.ts';
import { lockStartPlace } from './start-place.ts';
import type { StoredWebhook } from './stored-webhook.ts';

type NewStoredWebhook = Pick<
  StoredWebhook,
  | 'id'
  | 'owner'
  | 'url'
  | 'description'
  | 'ordering'
  | 'signature'
  | 'filters'
  | 'filterKeys'
  | 'concurrency'
  | 'ratePerSecond'
>;

export interface CreateOptions extends Pick<RunOptions, 'signal'> {
  readonly webhook: NewStoredWebhook;
  /** Of an `hmac` webhook; otherwise a key pair, which is stored if the installation has none. */
  readonly secret: NewSecret;
  /** The most webhooks of an owner. */
  readonly limit: number;
}

/**
 * Stores a webhook that gets the events from now on.
 *
 * @throws WebhookLimitError
 */
export function createWebhook(
  db: Database,
  { webhook, secret, limit, signal }: CreateOptions,
): Promise<StoredWebhook> {
  return transaction(
    db,
    async (tx) => {
      const { id } = await lockStartPlace(tx);
      await requireRoom(tx, webhook.owner, limit);
      await insertWebhook(tx, webhook, id);
      await becomeLive(tx, webhook.id);
      if (webhook.signature === 'hmac') await addSecret(tx, webhook.id, secret);
      else await addFirstKeyPair(tx, secret);
      const stored = await selectWebhook(tx, { id: webhook.id, scope: webhook.owner });
      if (stored === undefined) throw new TypeError('found no webhook, expected the one that was created');
      return stored;
    },
    { signal },
  );
}

/** The cursor's lock lets one webhook be created at a time. */
async function requireRoom({ sql }: Transaction, owner: string, limit: number): Promise<void> {
  const { length } = await sql`
    select from webhooks where owner = ${owner} and state <> 'deleted' limit ${limit}`;
  if (length >= limit) throw new WebhookLimitError(limit);
}

async function insertWebhook(
  { sql }: Transaction,
  webhook: NewStoredWebhook,
  matchedTo: bigint,
): Promise<void> {
  const { id, owner, url, description, ordering, signature, concurrency, ratePerSecond } = webhook;
  await sql`
    insert into webhooks (id, owner, url, description, ordering, signature, filters, filter_keys, concurrency,
                          rate_per_second, state, state_since, matched_to, created_at, changed_at)
    values (${id}, ${owner}, ${url}, ${description}, ${ordering}, ${signature},
            ${JSON.stringify(webhook.filters)}::text::jsonb, ${JSON.stringify(webhook.filterKeys)}::text::jsonb,
            ${concurrency}, ${ratePerSecond}, 'active', now(), ${matchedTo}, now(), now())`;
  await sql`insert into webhook_progress (webhook_id) values (${id})`;
}
