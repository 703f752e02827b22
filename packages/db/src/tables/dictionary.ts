import { check, integer, pgTable, smallint, sql } from './drizzle.ts';
import { assetText, bytes, codeText } from './columns.ts';

/* Each name once; other tables hold its id. A name is never changed or deleted: an unused one is harmless. */

export const accounts = pgTable(
  'accounts',
  {
    id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
    /** The public key of an account; of another address, its version byte (SEP-23) and its key, which are longer. */
    key: bytes('key').notNull().unique(),
  },
  (table) => [check('accounts_key_size', sql`octet_length(${table.key}) >= 32`)],
);

export const assets = pgTable('assets', {
  id: integer('id').primaryKey().generatedByDefaultAsIdentity(),
  asset: assetText('asset').notNull().unique(),
});

/** Result codes of operations and transactions. */
export const codes = pgTable('codes', {
  id: smallint('id').primaryKey().generatedByDefaultAsIdentity(),
  code: codeText('code').notNull().unique(),
});
