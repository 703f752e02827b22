import type { FailureCount, SizeClassCount } from '@stellar-insights/analytics';
import { boolean, index, integer, jsonb, numeric, pgTable, primaryKey } from './drizzle.ts';
import { assetText, ledgerSequence, time } from './columns.ts';

/** The outcomes of the attempts of five minutes in one directed corridor; self-payments have a row of their own. */
export const corridorBuckets = pgTable(
  'corridor_buckets',
  {
    bucketStart: time('bucket_start').notNull(),
    sourceAsset: assetText('source_asset').notNull(),
    destAsset: assetText('dest_asset').notNull(),
    isSelf: boolean('is_self').notNull(),
    attempts: integer('attempts').notNull(),
    successes: integer('successes').notNull(),
    /** Stroops of the destination asset; a sum may exceed int64. */
    delivered: numeric('delivered', { precision: 38, scale: 0, mode: 'bigint' }).notNull(),
    /** By reason, then blame, in code-unit order. */
    failures: jsonb('failures').$type<readonly Readonly<FailureCount>[]>().notNull(),
    /** By side, then size class. */
    sizeClasses: jsonb('size_classes').$type<readonly Readonly<SizeClassCount>[]>().notNull(),
  },
  (table) => [
    primaryKey({
      name: 'corridor_buckets_key',
      columns: [table.sourceAsset, table.destAsset, table.isSelf, table.bucketStart],
    }),
    index('corridor_buckets_by_start').on(table.bucketStart),
  ],
);

/**
 * Buckets to compute again, one mark for each ledger that touched one. Ingestion only adds marks, so it never waits for a
 * running computation, which deletes exactly the marks that it saw.
 */
export const dirtyCorridorBuckets = pgTable(
  'dirty_corridor_buckets',
  {
    bucketStart: time('bucket_start').notNull(),
    sourceAsset: assetText('source_asset').notNull(),
    destAsset: assetText('dest_asset').notNull(),
    ledger: ledgerSequence('ledger').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'dirty_corridor_buckets_key',
      columns: [table.bucketStart, table.sourceAsset, table.destAsset, table.ledger],
    }),
  ],
);
