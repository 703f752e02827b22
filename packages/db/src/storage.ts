import type { Database, Executor, Fragment, RunOptions } from './database.ts';
import { partitionsOf, type Partition } from './partitions/bounds.ts';
import { FACT_TABLES } from './partitions/fact-partitions.ts';

/* How many bytes are stored, and how many more each day. Sizes are those of files: no table is read. */

/** A shorter sample says nothing about a day. */
const SHORTEST_SAMPLE_DAYS = 1 / 24;

/** Tables that retention leaves as they are. */
const KEPT_FOR_EVER: readonly string[] = [
  'ledgers',
  'accounts',
  'assets',
  'codes',
  'corridor_days',
  'named_assets',
  'named_pools',
  'named_trustlines',
];

export interface StorageUse {
  /** Of the whole database. */
  readonly databaseBytes: number;
  /** Largest first; indexes are included, partitions are summed up, and so is what a backfill has not shown (`staged`). */
  readonly tables: readonly { readonly table: string; readonly bytes: number }[];
  /** Null until an hour of ledgers is stored. */
  readonly growth: StorageGrowth | null;
}

/** In bytes for a day of ledgers. */
export interface StorageGrowth {
  /** Of what retention drops: the facts of ledgers, and the event log. */
  readonly expiring: number;
  /** Of what is kept for ever. */
  readonly lasting: number;
  /** Days of ledgers whose facts are kept now. */
  readonly keptDays: number;
}

export function readStorageUse(db: Database, options?: RunOptions): Promise<StorageUse> {
  return db.run(async (executor) => {
    const tables = await readTables(executor);
    return {
      databaseBytes: await readDatabaseBytes(executor),
      tables,
      growth: await readGrowth(executor, tables),
    };
  }, options);
}

export interface StorageLimits {
  /** Undefined if there is none. */
  readonly limitBytes: number | undefined;
  /** Undefined if everything is kept. */
  readonly retentionDays: number | undefined;
}

/**
 * Days until the database is as large as the limit: at the present growth until as many days are kept as retention allows, from
 * then on at the growth of what is kept for ever. Null if that is never, or not known.
 */
export function storageDaysLeft(
  { databaseBytes, growth }: StorageUse,
  { limitBytes, retentionDays = Infinity }: StorageLimits,
): number | null {
  if (limitBytes === undefined) return null;
  const left = limitBytes - databaseBytes;
  if (left <= 0) return 0;
  if (growth === null) return null;
  const { expiring, lasting, keptDays } = growth;
  const growingDays = Math.max(0, retentionDays - keptDays);
  const days = left / (expiring + lasting);
  if (days <= growingDays) return days;
  const later = growingDays + (left - growingDays * (expiring + lasting)) / lasting;
  return Number.isFinite(later) ? later : null;
}

async function readTables({ sql }: Executor): Promise<StorageUse['tables']> {
  const tables = await sql<{ table: string; bytes: number }[]>`
    select coalesce(parent.relname, regexp_replace(c.relname, '^staged_[a-z_]+_[0-9]+$', 'staged')) as table,
           sum(pg_total_relation_size(c.oid))::float8 as bytes
    from pg_class c left join pg_inherits on inhrelid = c.oid left join pg_class parent on parent.oid = inhparent
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
    group by 1 order by 2 desc, 1`;
  return [...tables];
}

async function readDatabaseBytes({ sql }: Executor): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select pg_database_size(current_database())::float8 as bytes`;
  return row?.bytes ?? 0;
}

async function readGrowth(executor: Executor, tables: StorageUse['tables']): Promise<StorageGrowth | null> {
  const { sql } = executor;
  const [at] = await sql<{ cursor: bigint; lastId: bigint; allDays: number; keptDays: number }[]>`
    select c.sequence as cursor, (select last_id from event_log_head) as "lastId",
           ${daysBetween(executor, sql`first.closed_at`, sql`c.closed_at`)} as "allDays",
           ${daysBetween(executor, sql`kept.closed_at`, sql`c.closed_at`)} as "keptDays"
    from ledger_cursor c,
         (select closed_at from ledgers order by sequence limit 1) first,
         (select closed_at from ledgers where sequence >= (select facts_from from retention_horizon)
          order by sequence limit 1) kept`;
  if (at === undefined || at.allDays < SHORTEST_SAMPLE_DAYS) return null;
  const facts = await perDay(executor, {
    sample: newestFull(await partitionsOf(executor, 'transactions'), at.cursor),
    tables: FACT_TABLES,
    keys: sql`select sequence as key, closed_at, closed_at as created_at from ledgers`,
  });
  const log = await perDay(executor, {
    sample: newestFull(await partitionsOf(executor, 'event_log'), at.lastId),
    tables: ['event_log'],
    keys: sql`select first_id as key, closed_at, created_at from event_log`,
  });
  if (facts === null || log === null) return null;
  const lasting = tables
    .filter(({ table }) => KEPT_FOR_EVER.includes(table))
    .reduce((sum, { bytes }) => sum + bytes, 0);
  return { expiring: facts + log, lasting: lasting / at.allDays, keptDays: at.keptDays };
}

/** A number of days, null if one of the times is. */
function daysBetween({ sql }: Executor, from: Fragment, to: Fragment): Fragment {
  return sql`(extract(epoch from ${to} - ${from})::float8 / 86400)`;
}

interface Sample {
  readonly sample: Partition | undefined;
  readonly tables: readonly string[];
  /** A select of `key`, which the partitions are ranges of, `closed_at` and `created_at`. */
  readonly keys: Fragment;
}

/** The partitions' bytes by the time between the first and the last key in them: a log from before it was partitioned has one close time. */
async function perDay(executor: Executor, { sample, tables, keys }: Sample): Promise<number | null> {
  const { sql } = executor;
  if (sample === undefined) return null;
  const { first, next } = sample;
  const names = `{${tables.map((table) => `${table}_${first}`).join(',')}}`;
  const [row] = await sql<{ bytes: number; days: number | null }[]>`
    select (select sum(pg_total_relation_size(to_regclass(name))) from unnest(${names}::text::text[]) as name)::float8 as bytes,
           (select greatest(${daysBetween(executor, sql`first.closed_at`, sql`last.closed_at`)},
                            ${daysBetween(executor, sql`first.created_at`, sql`last.created_at`)})
            from (select * from (${keys}) keys where key >= ${first} order by key limit 1) first,
                 (select * from (${keys}) keys where key < ${next} order by key desc limit 1) last) as days`;
  if (row?.days == null || row.days < SHORTEST_SAMPLE_DAYS) return null;
  return row.bytes / row.days;
}

/** The newest partition that is full; the newest that has rows, if none is full. `last`: the last key that has been stored. */
function newestFull(partitions: readonly Partition[], last: bigint): Partition | undefined {
  const begun = partitions.filter(({ first, detaching }) => first <= last && !detaching);
  return begun.findLast(({ next }) => next <= last + 1n) ?? begun.at(-1);
}
