import { bytes, onlyRow, time } from './columns.ts';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  sql,
  text,
  uuid,
} from './drizzle.ts';

/* Who wants which events where. What is written with every attempt is in the tables of deliveries. */

/** One key of a filter, and the least amount that matches; `0` if none is asked for. */
interface FilterKey {
  readonly key: string;
  /** Stroops, a decimal integer. */
  readonly min_amount: string;
}

/** Everything up to event `id` is matched for all live webhooks. */
export const webhookCursor = pgTable(
  'webhook_cursor',
  {
    onlyRow: onlyRow(),
    epoch: text('epoch').notNull(),
    id: bigint('id', { mode: 'bigint' }).notNull(),
  },
  (table) => [check('webhook_cursor_only_row', sql`${table.onlyRow}`)],
);

/** What an owner has said about an endpoint. A deleted webhook stays until its rows elsewhere are removed. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: uuid('id').primaryKey(),
    owner: text('owner').notNull(),
    url: text('url').notNull(),
    description: text('description'),
    ordering: text('ordering').$type<'none' | 'strict'>().notNull(),
    signature: text('signature').$type<'hmac' | 'ed25519'>().notNull(),
    filters: jsonb('filters').$type<object>().notNull(),
    /** The filters as keys: the rows of `webhook_filter_keys` while the webhook is live. */
    filterKeys: jsonb('filter_keys').$type<readonly FilterKey[]>().notNull(),
    /** The largest number of attempts at the same time. */
    concurrency: integer('concurrency').notNull(),
    ratePerSecond: integer('rate_per_second'),
    state: text('state').$type<'active' | 'paused' | 'disabled' | 'deleted'>().notNull(),
    stateReason: text('state_reason'),
    stateSince: time('state_since').notNull(),
    /** Null: the webhook is live. Otherwise it is behind: events up to this id are matched for it. */
    matchedTo: bigint('matched_to', { mode: 'bigint' }),
    /** The last events that it never got because the log had dropped them: after one id, up to another. */
    missedAfter: bigint('missed_after', { mode: 'bigint' }),
    missedTo: bigint('missed_to', { mode: 'bigint' }),
    createdAt: time('created_at').notNull(),
    changedAt: time('changed_at').notNull(),
  },
  (table) => [
    index('webhooks_by_owner')
      .on(table.owner, table.id)
      .where(sql`${table.state} <> 'deleted'`),
    index('webhooks_behind')
      .on(table.id)
      .where(sql`${table.state} = 'active' and ${table.matchedTo} is not null`),
    index('webhooks_deleted')
      .on(table.id)
      .where(sql`${table.state} = 'deleted'`),
  ],
);

/** Under which keys the live webhooks are found. An event has a few keys, so no other webhook is looked at. */
export const webhookFilterKeys = pgTable(
  'webhook_filter_keys',
  {
    key: text('key').notNull(),
    minAmount: numeric('min_amount', { precision: 38, scale: 0, mode: 'bigint' }).notNull(),
    webhookId: uuid('webhook_id').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'webhook_filter_keys_key',
      columns: [table.key, table.minAmount, table.webhookId],
    }),
    index('webhook_filter_keys_by_webhook').on(table.webhookId),
  ],
);

/** Secrets of webhooks, and the key pairs of the installation, which belong to no webhook. */
export const webhookSecrets = pgTable(
  'webhook_secrets',
  {
    id: uuid('id').primaryKey(),
    webhookId: uuid('webhook_id'),
    /** Of an ed25519 key pair. */
    publicKey: text('public_key'),
    /** The secret, or the private key, encrypted. */
    sealed: bytes('sealed').notNull(),
    createdAt: time('created_at').notNull(),
    /** Null: the newest, which signs without an end. */
    signsUntil: time('signs_until'),
  },
  (table) => [index('webhook_secrets_by_webhook').on(table.webhookId, table.createdAt)],
);
