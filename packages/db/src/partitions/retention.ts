import type { Database, Executor, Fragment } from '../database.ts';
import { oldestPoolMark } from '../pools/roll-up.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { dropPartitions, type DroppedPartitions } from './drop-partitions.ts';
import { partitionsOf } from './bounds.ts';
import { FACT_TABLES } from './fact-partitions.ts';

export interface RetentionOptions {
  readonly retentionDays: number;
  /** The lake that facts are exported to; not set: none. */
  readonly factsLakeUrl?: string | undefined;
}

/**
 * Drops the facts and events of ledgers that closed more than `retentionDays` before the last ledger stored, by whole
 * partitions: one is dropped once the ledgers of all its rows are too old. So a ledger's facts and its events have the same
 * age, whenever they were stored, and each outlives it by less than its own partition. `ledgers` keeps all its rows.
 *
 * Facts stay while a bucket of corridors or pools of their day, or of an earlier one, waits for its computation, and while they
 * belong to a whole chunk of ledgers that the facts lake does not have.
 *
 * @throws DatabaseUnavailableError
 */
export async function applyRetention(
  db: Database,
  { retentionDays, factsLakeUrl }: RetentionOptions,
): Promise<DroppedPartitions> {
  const facts = await transaction(db, (tx) => moveFactHorizon(tx, retentionDays, factsLakeUrl));
  const log = await db.run((executor) => moveLogHorizon(executor, retentionDays));
  const ends = FACT_TABLES.map((table) => ({ table, end: facts }));
  return await dropPartitions(db, [...ends, { table: 'event_log', end: log }]);
}

/** Ledgers that closed before this time are too old. */
function cutoff({ sql }: Executor, retentionDays: number): Fragment {
  return sql`(select closed_at - make_interval(secs => ${retentionDays * 86_400}) from ledger_cursor)`;
}

/** From now on, older facts are not kept, whether or not their partitions are dropped already. Returns the first kept. */
async function moveFactHorizon(
  tx: Transaction,
  retentionDays: number,
  factsLakeUrl: string | undefined,
): Promise<bigint> {
  const { sql } = tx;
  await sql`lock table retention_horizon in row exclusive mode`;
  // Whoever stores older ledgers has it, too: either their marks are seen here, or they see that the horizon has moved.
  await sql`lock table ledger_gaps in share row exclusive mode`;
  const isExported =
    factsLakeUrl === undefined
      ? sql`true`
      : sql`next <= (select complete_before from facts_lakes where url = ${factsLakeUrl})`;
  const partitions = await partitionsOf(tx, 'transactions');
  const nexts = `{${partitions.map(({ next }) => next).join(',')}}`;
  const [row] = await sql<{ from: bigint }[]>`
    update retention_horizon set facts_from = greatest(facts_from, (
      select max(next) from unnest(${nexts}::text::int8[]) as next
      where next <= (
        select sequence from ledgers where closed_at < ${cutoff(tx, retentionDays)}
        order by closed_at desc limit 1
      ) and next <= coalesce((
        select sequence from ledgers
        where closed_at >= date_bin('1 day', least(
          (select min(bucket_start) from dirty_corridor_buckets), ${oldestPoolMark(tx)}
        ), 'epoch')
        order by closed_at limit 1
      ), next) and ${isExported}
    )) returning facts_from as from`;
  return row?.from ?? 0n;
}

/** From now on, older events are not kept, as `moveFactHorizon`. Returns the end of the partitions to drop. */
async function moveLogHorizon(executor: Executor, retentionDays: number): Promise<bigint> {
  const end = await expiredLog(executor, retentionDays);
  await executor.sql`
    update event_log_bounds set oldest_id = kept.id
    from (select coalesce((select min(first_id) from event_log where first_id >= ${end}), last_id + 1) as id
          from event_log_head) kept
    where oldest_id < kept.id and ${end}::int8 > 0`;
  return end;
}

/** The end of the last partition that is full and whose newest event is too old. */
async function expiredLog(executor: Executor, retentionDays: number): Promise<bigint> {
  const { sql } = executor;
  const partitions = await partitionsOf(executor, 'event_log');
  const nexts = `{${partitions.map(({ next }) => next).join(',')}}`;
  const [row] = await sql<{ end: bigint | null }[]>`
    select max(next) as end from unnest(${nexts}::text::int8[]) as next
    where next <= (select last_id + 1 from event_log_head) and coalesce((
      select closed_at from event_log where first_id < next order by first_id desc limit 1
    ), '-infinity') < ${cutoff(executor, retentionDays)}`;
  return row?.end ?? 0n;
}
