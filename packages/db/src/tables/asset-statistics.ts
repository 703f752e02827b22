import { account, asset, ledgerOfRow, ledgerSequence, letterColumn, onlyRow, time } from './columns.ts';
import {
  bigint,
  check,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  sql,
  text,
} from './drizzle.ts';
import { TRUSTLINE_STATE_LETTERS } from './letters.ts';

/* What the network's state says about assets. It is read from a source, and does not come from hashed bytes. */

/**
 * What is said about an asset at a time. If the source cannot enumerate holders (RPC), the three counts are those of the
 * trustlines that stored ledgers name, and what is unknown is null.
 */
const figures = () => ({
  /** As the account of an issuer has them: 1 required, 2 revocable, 4 immutable, 8 clawback. */
  flags: smallint('flags'),
  authorized: integer('authorized').notNull(),
  authorizedBalance: sum('authorized_balance'),
  maintainLiabilities: integer('maintain_liabilities').notNull(),
  maintainLiabilitiesBalance: sum('maintain_liabilities_balance'),
  unauthorized: integer('unauthorized').notNull(),
  unauthorizedBalance: sum('unauthorized_balance'),
  claimableBalances: integer('claimable_balances'),
  claimableAmount: sum('claimable_amount'),
  pools: integer('pools'),
  poolAmount: sum('pool_amount'),
  contracts: integer('contracts'),
  contractAmount: sum('contract_amount'),
  supply: sum('supply'),
});

/** The last reading of each asset. */
export const assetStatistics = pgTable(
  'asset_statistics',
  {
    asset: asset('asset').primaryKey(),
    name: text('name').notNull(),
    code: text('code').notNull(),
    issuer: text('issuer').notNull(),
    source: text('source').notNull(),
    ledger: ledgerOfRow('ledger').notNull(),
    readAt: time('read_at').notNull(),
    ...figures(),
    /** The three counts together. */
    trustlines: integer('trustlines').notNull(),
    /** Against the last reading that was kept from so long before; null if there is none. */
    change24h: integer('change_24h'),
    authorizedChange24h: integer('authorized_change_24h'),
    supplyChange24h: sum('supply_change_24h'),
    change7d: integer('change_7d'),
    authorizedChange7d: integer('authorized_change_7d'),
    supplyChange7d: sum('supply_change_7d'),
  },
  (table) => {
    const byName = sql`${table.name} collate "C"`;
    const largestFirst = (name: string, column: object) =>
      index(`asset_statistics_by_${name}`).on(table.source, sql`${column} desc`, byName);
    return [
      index('asset_statistics_by_name').on(table.source, byName),
      index('asset_statistics_by_code').on(table.code),
      index('asset_statistics_by_issuer').on(table.issuer),
      largestFirst('trustlines', table.trustlines),
      largestFirst('authorized', table.authorized),
      largestFirst('change_24h', table.change24h),
      largestFirst('change_7d', table.change7d),
    ];
  },
);

/** Readings that differ from the one before. The state at a time is the last one at or before it. */
export const assetSnapshots = pgTable(
  'asset_snapshots',
  {
    asset: asset('asset').notNull(),
    readAt: time('read_at').notNull(),
    source: text('source').notNull(),
    ledger: ledgerOfRow('ledger').notNull(),
    ...figures(),
  },
  (table) => [
    primaryKey({ name: 'asset_snapshots_key', columns: [table.asset, table.readAt] }),
    index('asset_snapshots_by_time').on(table.readAt),
  ],
);

/** What the state says of trustlines that stored ledgers name, where the source can only be asked for them by name. */
export const trustlineStates = pgTable(
  'trustline_states',
  {
    asset: asset('asset').notNull(),
    account: account('account').notNull(),
    state: letterColumn('state', TRUSTLINE_STATE_LETTERS).notNull(),
    ledger: ledgerOfRow('ledger').notNull(),
  },
  (table) => [primaryKey({ name: 'trustline_states_key', columns: [table.asset, table.account] })],
);

/** How many rows of `trustline_states` an asset has of each state of a trustline that exists. */
export const trustlineStateCounts = pgTable('trustline_state_counts', {
  asset: asset('asset').primaryKey(),
  authorized: integer('authorized').notNull(),
  maintainLiabilities: integer('maintain_liabilities').notNull(),
  unauthorized: integer('unauthorized').notNull(),
});

/** Where the next sync goes on. */
export const assetProgress = pgTable(
  'asset_progress',
  {
    onlyRow: onlyRow(),
    source: text('source'),
    /** Whatever ledgers before this one name was read after them. */
    assetsSince: ledgerSequence('assets_since'),
    trustlinesSince: ledgerSequence('trustlines_since'),
    /** The crawl that runs, or the last one. */
    crawlStartedAt: time('crawl_started_at'),
    crawlFinishedAt: time('crawl_finished_at'),
    crawlCursor: text('crawl_cursor'),
    crawlFromLedger: ledgerSequence('crawl_from_ledger'),
    crawlAssets: integer('crawl_assets').notNull().default(0),
    lastCrawlFinishedAt: time('last_crawl_finished_at'),
    /** Snapshots before this time are one a day. */
    thinnedTo: time('thinned_to'),
    /** Snapshots before this time are the last ones of their assets. */
    expiredTo: time('expired_to'),
  },
  (table) => [check('asset_progress_only_row', sql`${table.onlyRow}`)],
);

/** Counts over all assets of a source, whenever they changed. The counts at a time are the last ones at or before it. */
export const trustlineStats = pgTable('trustline_stats', {
  readAt: time('read_at').primaryKey(),
  source: text('source').notNull(),
  assets: integer('assets').notNull(),
  authorized: total('authorized'),
  maintainLiabilities: total('maintain_liabilities'),
  unauthorized: total('unauthorized'),
  authRequired: integer('auth_required').notNull(),
  authRevocable: integer('auth_revocable').notNull(),
  authImmutable: integer('auth_immutable').notNull(),
  authClawbackEnabled: integer('auth_clawback_enabled').notNull(),
  flagsUnknown: integer('flags_unknown').notNull(),
});

/** Stroops; over many accounts they may exceed an int64, and each contract may hold an int128: many of them exceed that, too. */
function sum(name: string) {
  return numeric(name, { precision: 60, scale: 0, mode: 'bigint' });
}

function total(name: string) {
  return bigint(name, { mode: 'number' }).notNull();
}
