import type { HealthStatus } from '@stellar-insights/analytics';
import type { Blame } from '@stellar-insights/ledger';
import {
  bigint,
  check,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  sql,
  text,
  uniqueIndex,
  uuid,
} from './drizzle.ts';
import { asset, codeText, onlyRow, time } from './columns.ts';

/** Corridors whose published state may no longer be right, one mark for each reason to think so. */
export const corridorChanges = pgTable(
  'corridor_changes',
  {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
  },
  (table) => [index('corridor_changes_by_corridor').on(table.sourceAsset, table.destAsset)],
);

/** How far the states have been published. */
export const corridorPublication = pgTable(
  'corridor_publication',
  {
    onlyRow: onlyRow(),
    /** Counts the transactions that published: of two that saw the same one, only one publishes. */
    revision: bigint('revision', { mode: 'bigint' }).notNull(),
    /** What left the window before this time has marked its corridor. Null until the first publication. */
    windowFrom: time('window_from'),
  },
  (table) => [check('corridor_publication_only_row', sql`${table.onlyRow}`)],
);

/** The state of a corridor as the last event about it published it. */
export const corridorStates = pgTable(
  'corridor_states',
  {
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    attempts: integer('attempts').notNull(),
    successes: integer('successes').notNull(),
    delivered: delivered('delivered').notNull(),
    selfAttempts: integer('self_attempts').notNull(),
    selfSuccesses: integer('self_successes').notNull(),
    selfDelivered: delivered('self_delivered').notNull(),
    status: text('status').$type<HealthStatus>().notNull(),
    /** End of the window in which the status began. */
    since: time('since').notNull(),
  },
  (table) => [
    primaryKey({ name: 'corridor_states_key', columns: [table.sourceAsset, table.destAsset] }),
    index('corridor_states_active')
      .on(table.sourceAsset, table.destAsset)
      .where(sql`${table.attempts} + ${table.selfAttempts} > 0`),
  ],
);

/** The times in which a corridor was degraded; `ended_at` is null while it is. */
export const corridorIncidents = pgTable(
  'corridor_incidents',
  {
    id: uuid('id').primaryKey(),
    sourceAsset: asset('source_asset').notNull(),
    destAsset: asset('dest_asset').notNull(),
    startedAt: time('started_at').notNull(),
    endedAt: time('ended_at'),
    /** The most frequent reason of failures when it began. */
    reason: codeText('reason').notNull(),
    blame: text('blame').$type<Blame>().notNull(),
  },
  (table) => [
    uniqueIndex('corridor_incidents_open')
      .on(table.sourceAsset, table.destAsset)
      .where(sql`${table.endedAt} is null`),
    index('corridor_incidents_by_corridor').on(table.sourceAsset, table.destAsset, table.startedAt),
  ],
);

/** Stroops; a sum may exceed int64. */
function delivered(name: string) {
  return numeric(name, { precision: 38, scale: 0, mode: 'bigint' });
}
