import { index, integer, pgTable, sql, text } from './drizzle.ts';
import { bytes, time } from './columns.ts';

/** Who may use the API, and for what. A key that was revoked or has expired stays, for who looks for its traces. */
export const apiKeys = pgTable('api_keys', {
  /** `key_` and 26 characters that sort by time. */
  id: text('id').primaryKey(),
  /** The customer, to whom everything belongs that the key creates. */
  owner: text('owner').notNull(),
  name: text('name').notNull(),
  scopes: text('scopes').array().notNull(),
  /** Of this key; null: as every other key. */
  requestsPerMinute: integer('requests_per_minute'),
  createdAt: time('created_at')
    .notNull()
    .default(sql`clock_timestamp()`),
  expiresAt: time('expires_at'),
  revokedAt: time('revoked_at'),
  /** Rounded down to the minute. */
  lastUsedAt: time('last_used_at'),
});

/** What a key is recognized by. Several of one key are valid while it rotates. */
export const apiKeySecrets = pgTable(
  'api_key_secrets',
  {
    /** The part of the key that is no secret. */
    prefix: text('prefix').primaryKey(),
    keyId: text('key_id')
      .notNull()
      .references(() => apiKeys.id, { onDelete: 'cascade' }),
    /** SHA-256. */
    hash: bytes('hash').notNull(),
    createdAt: time('created_at')
      .notNull()
      .default(sql`clock_timestamp()`),
    /** End of the overlap, once a newer secret has taken its place. */
    expiresAt: time('expires_at'),
  },
  (table) => [index('api_key_secrets_by_key').on(table.keyId)],
);

/** Each opens one stream. A row is deleted when its token is used. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    /** SHA-256. */
    hash: bytes('hash').primaryKey(),
    /** The secret that it was asked for with, and with which it ends. */
    prefix: text('prefix')
      .notNull()
      .references(() => apiKeySecrets.prefix, { onDelete: 'cascade' }),
    expiresAt: time('expires_at').notNull(),
  },
  (table) => [
    index('access_tokens_by_expiry').on(table.expiresAt),
    index('access_tokens_by_prefix').on(table.prefix),
  ],
);
