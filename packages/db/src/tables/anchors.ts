import type {
  AnchorCounts,
  AnchorFile,
  AnchorIncidentDetails,
  AnchorIncidentKind,
  AnchorOrigin,
  AnchorStatus,
  AnchorWindows,
  HealthStatus,
} from '@stellar-insights/analytics';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  sql,
  text,
  uniqueIndex,
  uuid,
} from './drizzle.ts';
import { accountText, asset, assetText, ledgerSequence, onlyRow, time } from './columns.ts';

/** How far the anchors have been synchronised. */
export const anchorProgress = pgTable(
  'anchor_progress',
  {
    onlyRow: onlyRow(),
    /** The issuers of assets that were last named before this ledger are known. */
    namedTo: ledgerSequence('named_to').notNull(),
    /** The trustline operations up to this ledger are looked at; null before the first. */
    revokedTo: ledgerSequence('revoked_to'),
    /** Of all counts; null while nothing is counted. */
    windows: jsonb('windows').$type<AnchorWindows>(),
    /** The start of a day: of the days before it, one snapshot of each anchor is kept. */
    thinnedTo: time('thinned_to'),
    /** The issuers of named assets up to this one were looked at again; null: the next one is the first. */
    walkedTo: assetText('walked_to'),
  },
  (table) => [check('anchor_progress_only_row', sql`${table.onlyRow}`)],
);

/** Who was registered, or was once verified. A removed one keeps its row, so that it is not discovered again. */
export const anchors = pgTable(
  'anchors',
  {
    id: text('id').primaryKey(),
    domain: text('domain').notNull(),
    origin: text('origin').$type<AnchorOrigin>().notNull(),
    createdAt: time('created_at').notNull(),
    removedAt: time('removed_at'),
    organization: text('organization'),
    url: text('url'),
    status: text('status').$type<AnchorStatus>().notNull(),
    reason: text('reason'),
    since: time('since').notNull(),
    /** The health of its corridors together. */
    rate: text('rate').$type<HealthStatus>().notNull(),
    issuers: integer('issuers').notNull(),
    assets: integer('assets').notNull(),
  },
  (table) => [uniqueIndex('anchors_by_domain').on(table.domain)],
);

/** The domains on which an anchor has been; `valid_to` is null where it is. */
export const anchorDomainRanges = pgTable(
  'anchor_domain_ranges',
  {
    anchor: text('anchor').notNull(),
    domain: text('domain').notNull(),
    validFrom: time('valid_from').notNull(),
    validTo: time('valid_to'),
  },
  (table) => [primaryKey({ name: 'anchor_domain_ranges_key', columns: [table.anchor, table.validFrom] })],
);

/** When an issuer and the file of a domain named each other; `valid_to` is null while they do. */
export const anchorIssuers = pgTable(
  'anchor_issuers',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    anchor: text('anchor').notNull(),
    issuer: accountText('issuer').notNull(),
    domain: text('domain').notNull(),
    validFrom: time('valid_from').notNull(),
    validTo: time('valid_to'),
  },
  (table) => [
    uniqueIndex('anchor_issuers_now')
      .on(table.issuer)
      .where(sql`${table.validTo} is null`),
    index('anchor_issuers_by_anchor').on(table.anchor, table.validTo),
  ],
);

/** The assets of an anchor's issuers that stored ledgers name. */
export const anchorAssets = pgTable(
  'anchor_assets',
  {
    anchor: text('anchor').notNull(),
    asset: asset('asset').notNull(),
    /** Whether the anchor's file names it. */
    isListed: boolean('is_listed').notNull(),
  },
  (table) => [primaryKey({ name: 'anchor_assets_key', columns: [table.anchor, table.asset] })],
);

/** Files to read: those of anchors, and those of candidates, which issuers name as their home domain. */
export const anchorDomains = pgTable(
  'anchor_domains',
  {
    domain: text('domain').primaryKey(),
    isCandidate: boolean('is_candidate').notNull(),
    /** Of the last request. It is stored before the request is sent, so that no crash makes for more of them. */
    askedAt: time('asked_at'),
    nextAt: time('next_at').notNull(),
    /** Failed requests in a row, and the code of the last failure. */
    failures: integer('failures').notNull().default(0),
    failure: text('failure'),
    readAt: time('read_at'),
    /** The last one that was read; null if there was none, or if it is gone. */
    file: jsonb('file').$type<AnchorFile>(),
    /** When the last request was sent whose outcome is stored. */
    answeredAt: time('answered_at'),
  },
  (table) => [index('anchor_domains_due').on(table.isCandidate, table.nextAt)],
);

/** What the network says about the issuers of assets that stored ledgers name. */
export const anchorAccounts = pgTable(
  'anchor_accounts',
  {
    account: accountText('account').primaryKey(),
    /** In lower case; null if it has none that can have a file. */
    homeDomain: text('home_domain'),
    /** Whether the file of its home domain names it. */
    isListed: boolean('is_listed').notNull().default(false),
    /** When, and in which ledger, the network was asked. */
    readAt: time('read_at'),
    ledger: ledgerSequence('ledger'),
    nextAt: time('next_at').notNull(),
  },
  (table) => [
    index('anchor_accounts_due').on(table.nextAt),
    index('anchor_accounts_by_domain').on(table.homeDomain),
    index('anchor_accounts_listed')
      .on(table.nextAt)
      .where(sql`${table.isListed}`),
  ],
);

/** The attempts of an anchor's corridors in the windows of `anchor_progress`. Without a row there were none. */
export const anchorCounts = pgTable(
  'anchor_counts',
  {
    anchor: text('anchor').notNull(),
    window: text('window').$type<keyof AnchorWindows>().notNull(),
    ...counts(),
  },
  (table) => [primaryKey({ name: 'anchor_counts_key', columns: [table.anchor, table.window] })],
);

/** The corridors of an anchor with the most attempts of 24 hours. */
export const anchorCorridors = pgTable(
  'anchor_corridors',
  {
    anchor: text('anchor').notNull(),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    ...counts(),
  },
  (table) => [
    primaryKey({
      name: 'anchor_corridors_key',
      columns: [table.anchor, table.sourceAsset, table.destAsset],
    }),
  ],
);

/** An anchor as a sync found it, one row for each sync that found it changed; the counts are of 24 hours. */
export const anchorSnapshots = pgTable(
  'anchor_snapshots',
  {
    anchor: text('anchor').notNull(),
    at: time('at').notNull(),
    status: text('status').$type<AnchorStatus>().notNull(),
    issuers: integer('issuers').notNull(),
    assets: integer('assets').notNull(),
    ...counts(),
    /** Of the window; null while nothing was stored. */
    windowFrom: time('window_from'),
    windowTo: time('window_to'),
    fromLedger: ledgerSequence('from_ledger'),
    toLedger: ledgerSequence('to_ledger'),
  },
  (table) => [
    primaryKey({ name: 'anchor_snapshots_key', columns: [table.anchor, table.at] }),
    index('anchor_snapshots_by_time').on(table.at),
  ],
);

/** What happened to an anchor. `ended_at` is null while it lasts, and `started_at` of what happens at once. */
export const anchorIncidents = pgTable(
  'anchor_incidents',
  {
    id: uuid('id').primaryKey(),
    anchor: text('anchor').notNull(),
    kind: text('kind').$type<AnchorIncidentKind>().notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    /** Of what a ledger caused. */
    ledger: ledgerSequence('ledger'),
    details: jsonb('details').$type<AnchorIncidentDetails>().notNull(),
  },
  (table) => [
    uniqueIndex('anchor_incidents_open')
      .on(table.anchor)
      .where(sql`${table.endedAt} is null`),
    index('anchor_incidents_by_anchor').on(table.anchor, table.startedAt, table.id),
    index('anchor_incidents_by_end').on(table.endedAt),
  ],
);

function counts() {
  return {
    attempts: integer('attempts').notNull(),
    successes: integer('successes').notNull(),
    failures: jsonb('failures').$type<AnchorCounts['failures']>().notNull(),
  };
}
