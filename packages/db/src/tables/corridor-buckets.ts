import type { FailureCount, SizeClassCount } from '@stellar-insights/analytics';
import { boolean, index, integer, jsonb, numeric, pgTable, primaryKey } from './drizzle.ts';
import { asset, ledgerSequence, time } from './columns.ts';

/** The outcomes of the attempts of five minutes in one directed corridor; self-payments have a row of their own. */
export const corridorBuckets = corridorTier('corridor_buckets');

/** The same of each hour: the sum of its buckets. */
export const corridorHours = corridorTier('corridor_hours');

/** The same of each day (UTC): the sum of its hours. */
export const corridorDays = corridorTier('corridor_days');

function corridorTier(name: string) {
  return pgTable(
    name,
    {
      /** Of the five minutes, the hour or the day. */
      bucketStart: time('bucket_start').notNull(),
      sourceAsset: asset('source_asset').notNull(),
      destAsset: asset('dest_asset').notNull(),
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
    (table) => {
      const { sourceAsset, destAsset, bucketStart, isSelf, attempts, successes, delivered } = table;
      return [
        primaryKey({ name: `${name}_key`, columns: [sourceAsset, destAsset, bucketStart, isSelf] }),
        // It has all that a list of corridors needs, so that the wide rows themselves are not read.
        index(`${name}_by_start`).on(
          bucketStart,
          sourceAsset,
          destAsset,
          isSelf,
          attempts,
          successes,
          delivered,
        ),
      ];
    },
  );
}

/**
 * Buckets to compute again, one mark for each ledger that touched one. Ingestion only adds marks, so it never waits for a
 * running computation, which deletes exactly the marks that it saw. A mark stands for the bucket's hour and day, too.
 */
export const dirtyCorridorBuckets = pgTable(
  'dirty_corridor_buckets',
  {
    bucketStart: time('bucket_start').notNull(),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    ledger: ledgerSequence('ledger').notNull(),
  },
  (table) => [
    primaryKey({
      name: 'dirty_corridor_buckets_key',
      columns: [table.bucketStart, table.sourceAsset, table.destAsset, table.ledger],
    }),
  ],
);
