import type { PoolId } from '@stellar-insights/ledger';
import { account, asset, hash, ledgerSequence, onlyRow } from './columns.ts';
import { bigint, check, index, pgTable, primaryKey, sql } from './drizzle.ts';

/* What operations of stored ledgers that succeeded have named. Rows stay when retention drops the ledgers. */

/** How far ledgers have been looked through for names. */
export const namedCursor = pgTable(
  'named_cursor',
  {
    onlyRow: onlyRow(),
    /** Counts the transactions that named ledgers: of two that saw the same one, only one stores names. */
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    /** All ledgers stored up to this one are named, except those of `unnamed_ledgers`. 0 at the beginning. */
    ledger: ledgerSequence('ledger').notNull(),
  },
  (table) => [check('named_cursor_only_row', sql`${table.onlyRow}`)],
);

/** Ranges of ledgers that were stored after later ones, and are to be named; the cursor may have passed them. */
export const unnamedLedgers = pgTable('unnamed_ledgers', {
  id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
  first: ledgerSequence('first').notNull(),
  last: ledgerSequence('last').notNull(),
});

export const namedPools = pgTable(
  'named_pools',
  {
    firstLedger: ledgerSequence('first_ledger').notNull(),
    lastLedger: ledgerSequence('last_ledger').notNull(),
    /** In no order. Null while only deposits and withdrawals have named the pool, which do not say its assets. */
    assetA: asset('asset_a'),
    assetB: asset('asset_b'),
    pool: hash('pool').$type<PoolId>().primaryKey(),
  },
  (table) => [index('named_pools_by_last_ledger').on(table.lastLedger, table.pool)],
);

export const namedAssets = pgTable(
  'named_assets',
  {
    firstLedger: ledgerSequence('first_ledger').notNull(),
    lastLedger: ledgerSequence('last_ledger').notNull(),
    asset: asset('asset').primaryKey(),
    /** Null of the native asset. */
    issuer: account('issuer'),
  },
  (table) => [
    index('named_assets_by_last_ledger').on(table.lastLedger, table.asset),
    index('named_assets_by_issuer').on(table.issuer, table.asset),
  ],
);

/** Trustlines for issued assets. An issuer needs none for its own. */
export const namedTrustlines = pgTable(
  'named_trustlines',
  {
    lastLedger: ledgerSequence('last_ledger').notNull(),
    asset: asset('asset').notNull(),
    account: account('account').notNull(),
  },
  (table) => [
    primaryKey({ name: 'named_trustlines_key', columns: [table.asset, table.account] }),
    index('named_trustlines_by_last_ledger').on(table.lastLedger, table.asset, table.account),
  ],
);
