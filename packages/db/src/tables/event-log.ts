import { bigint, check, json, pgTable, sql, text } from './drizzle.ts';
import { onlyRow, time } from './columns.ts';

/**
 * A transaction that caused events has one row, or one for each 500 events; event `first_id + n` is `events[n]`. Appending `json` costs a third less than
 * `jsonb`, and all other writers wait for an append. Partitioned by `first_id`, about a day in each partition.
 */
export const eventLog = pgTable(
  'event_log',
  {
    firstId: bigint('first_id', { mode: 'bigint' }).primaryKey(),
    lastId: bigint('last_id', { mode: 'bigint' }).notNull(),
    events: json('events').$type<readonly object[]>().notNull(),
    createdAt: time('created_at').notNull(),
    /** Close time of the last ledger stored at that moment: what the age of the events is counted from. */
    closedAt: time('closed_at').notNull(),
  },
  (table) => [
    check('event_log_ids', sql`${table.lastId} - ${table.firstId} + 1 = json_array_length(${table.events})`),
  ],
);

/** The last id given. An append holds this row's lock until its commit, which makes ids contiguous. */
export const eventLogHead = pgTable(
  'event_log_head',
  {
    onlyRow: onlyRow(),
    epoch: text('epoch').notNull(),
    lastId: bigint('last_id', { mode: 'bigint' }).notNull(),
  },
  (table) => [check('event_log_head_only_row', sql`${table.onlyRow}`)],
);

/** Where the log begins, and where its partitions end: so that no operation needs to look at all of them. */
export const eventLogBounds = pgTable(
  'event_log_bounds',
  {
    onlyRow: onlyRow(),
    /** The first id that is kept; the one that is given next if none is. */
    oldestId: bigint('oldest_id', { mode: 'bigint' }).notNull(),
    /** The first id of the last partition, and the id after its last; 0 if there is no partition. */
    lastPartition: bigint('last_partition', { mode: 'bigint' }).notNull(),
    partitionsEnd: bigint('partitions_end', { mode: 'bigint' }).notNull(),
  },
  (table) => [check('event_log_bounds_only_row', sql`${table.onlyRow}`)],
);
