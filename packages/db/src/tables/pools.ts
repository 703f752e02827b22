import type { PoolId } from '@stellar-insights/ledger';
import {
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  sql,
  text,
} from './drizzle.ts';
import { asset, hash, ledgerSequence, onlyRow, stroops, time } from './columns.ts';

const pool = (name = 'pool') => hash(name).$type<PoolId>();

/** The pools of the last snapshot. */
export const pools = pgTable(
  'pools',
  {
    pool: pool().primaryKey(),
    assetA: asset('asset_a').notNull(),
    assetB: asset('asset_b').notNull(),
    feeBp: smallint('fee_bp').notNull(),
    /** The state; null if no source has it. */
    reserveA: stroops('reserve_a'),
    reserveB: stroops('reserve_b'),
    shares: stroops('shares'),
    trustlines: integer('trustlines'),
    modifiedLedger: ledgerSequence('modified_ledger'),
    /** Of both reserves, in stroops of XLM; null if an asset has no price. */
    value: sum('value'),
    /** The snapshot seven days before this one. */
    weekAgo: time('week_ago'),
    weekAgoA: stroops('week_ago_a'),
    weekAgoB: stroops('week_ago_b'),
    /** When a fall was last reported, when the pool came, or since when the same pools are read: earlier values do not count. */
    fallsMeasuredFrom: time('falls_measured_from').notNull(),
  },
  (table) => [
    index('pools_by_asset_a').on(table.assetA),
    index('pools_by_asset_b').on(table.assetB),
    index('pools_by_value').on(sql`${table.value} desc nulls last`, table.pool),
    check(
      'pools_state',
      sql`num_nulls(${table.reserveA}, ${table.reserveB}, ${table.shares}, ${table.trustlines}, ${table.modifiedLedger}) in (0, 5)`,
    ),
  ],
);

/** The trades of the pools that had some, in the windows of the last snapshot. */
export const poolCounts = pgTable(
  'pool_counts',
  {
    pool: pool().notNull(),
    window: text('window').$type<'24h' | '7d'>().notNull(),
    trades: integer('trades').notNull(),
    /** What takers paid in each asset. */
    inputA: sum('input_a').notNull(),
    inputB: sum('input_b').notNull(),
    /** In stroops of XLM; null without a price. */
    volume: sum('volume'),
    fees: sum('fees'),
  },
  (table) => [primaryKey({ name: 'pool_counts_key', columns: [table.pool, table.window] })],
);

/** What the last snapshot says of all pools together, and which ledgers its trades are of. */
export const poolFigures = pgTable(
  'pool_figures',
  {
    onlyRow: onlyRow(),
    fromLedger: ledgerSequence('from_ledger').notNull(),
    toLedger: ledgerSequence('to_ledger').notNull(),
    /** Where the windows begin. Both end with the close of `to_ledger`. */
    from24h: time('from_24h').notNull(),
    from7d: time('from_7d').notNull(),
    closedAt: time('closed_at').notNull(),
    pools: integer('pools').notNull(),
    valuedPools: integer('valued_pools').notNull(),
    trustlines: integer('trustlines'),
    value: sum('value'),
  },
  (table) => [check('pool_figures_only_row', sql`${table.onlyRow}`)],
);

/** The pools that lead from XLM to each asset that has a price. */
export const poolPricePaths = pgTable('pool_price_paths', {
  asset: asset('asset').primaryKey(),
  path: jsonb('path').$type<readonly PoolId[]>().notNull(),
});

/** The state of each pool, a row for each snapshot in which it was another one than before. All are 0 once the pool is gone. */
export const poolSnapshots = pgTable(
  'pool_snapshots',
  {
    reserveA: stroops('reserve_a').notNull(),
    reserveB: stroops('reserve_b').notNull(),
    shares: stroops('shares').notNull(),
    readAt: time('read_at').notNull(),
    fromLedger: ledgerSequence('from_ledger').notNull(),
    toLedger: ledgerSequence('to_ledger').notNull(),
    trustlines: integer('trustlines').notNull(),
    pool: pool().notNull(),
    value: sum('value'),
  },
  (table) => [
    primaryKey({ name: 'pool_snapshots_key', columns: [table.pool, table.readAt] }),
    index('pool_snapshots_by_time').on(table.readAt),
  ],
);

/** How far retention has come; also what a roll-up locks, so that there is one at a time. */
export const poolRetention = pgTable(
  'pool_retention',
  {
    onlyRow: onlyRow(),
    /** Of the days before this one, the last snapshot of each is left. */
    thinnedTo: time('thinned_to'),
    /** Up to this ledger, those that a build without marks has stored are marked. */
    checkedTo: ledgerSequence('checked_to').notNull(),
  },
  (table) => [check('pool_retention_only_row', sql`${table.onlyRow}`)],
);

/** The trades of five minutes that pools have made, by what the taker paid in. */
export const poolBuckets = tradeTier('pool_buckets');

/** The same of each hour: the sum of its buckets. */
export const poolHours = tradeTier('pool_hours');

/** Buckets to compute again, one mark for each ledger with trades of pools. */
export const dirtyPoolBuckets = pgTable(
  'dirty_pool_buckets',
  {
    bucketStart: time('bucket_start').notNull(),
    ledger: ledgerSequence('ledger').notNull(),
  },
  (table) => [primaryKey({ name: 'dirty_pool_buckets_key', columns: [table.bucketStart, table.ledger] })],
);

function tradeTier(name: string) {
  return pgTable(
    name,
    {
      /** Of the five minutes or the hour. */
      bucketStart: time('bucket_start').notNull(),
      pool: pool().notNull(),
      boughtAsset: asset('bought_asset').notNull(),
      soldAsset: asset('sold_asset').notNull(),
      trades: integer('trades').notNull(),
      /** What takers paid: stroops of the bought asset. */
      bought: sum('bought').notNull(),
    },
    (table) => [
      primaryKey({ name: `${name}_key`, columns: [table.bucketStart, table.pool, table.boughtAsset] }),
    ],
  );
}

/** Stroops; a sum may exceed int64. */
function sum(name: string) {
  return numeric(name, { precision: 38, scale: 0, mode: 'bigint' });
}
