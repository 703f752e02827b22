import type { Executor, Fragment } from '../database.ts';
import { attachPartition, partitionsOf } from '../partitions/bounds.ts';
import type { Transaction } from '../transaction.ts';
import { requireHead } from './head.ts';

/*
 * The log is partitioned by range of `first_id`. The end of a partition must be fixed before the log reaches it, as nothing
 * may keep appends waiting. So each partition is given the number of ids that the log lately had in a day of ledgers.
 */

/** The fewest ids in a partition: about half a megabyte. */
const FEWEST = 1000n;
/** A short sample may mislead: a partition gets this many times the ids of its sample at most. */
const GROWTH = 16n;
const DAY_MS = 86_400_000n;

/** Ids below this have a partition. */
export function coveredIds({ sql }: Executor): Fragment {
  return sql`(select partitions_end from event_log_bounds)`;
}

/** Whether a whole partition lies ahead of the log's head. */
export async function logIsAhead({ sql }: Executor): Promise<boolean> {
  const [row] = await sql<{ ahead: boolean }[]>`
    select last_partition > last_id + 1 as ahead from event_log_bounds, event_log_head`;
  return row?.ahead === true;
}

/** Ids that a transaction has taken. */
interface TakenIds {
  readonly first: bigint;
  readonly last: bigint;
}

/** Creates partitions until one lies ahead of the id that is given next, or of ids that were taken. Creation must be locked. */
export async function createLogPartitions(tx: Transaction, taken?: TakenIds): Promise<void> {
  const { first: firstId, last: lastId } = taken ?? (await nextIds(tx));
  const partitions = await partitionsOf(tx, 'event_log');
  let last = partitions.at(-1) ?? { first: 0n, next: firstId };
  if (last.first <= lastId) {
    const ids = await idsPerDay(tx, partitions.at(-2)?.first ?? 0n);
    do {
      // A transaction may have appended more events at once than a partition has ids.
      last = { first: last.next, next: (last.next > lastId ? last.next : lastId) + ids };
      await attachPartition(tx, 'event_log', last);
    } while (last.first <= lastId);
  }
  await tx.sql`update event_log_bounds set last_partition = ${last.first}, partitions_end = ${last.next}`;
}

async function nextIds({ sql }: Executor): Promise<TakenIds> {
  const [head] = await sql<{ next: bigint }[]>`select last_id + 1 as next from event_log_head`;
  const { next } = requireHead(head);
  return { first: next, last: next };
}

/**
 * How many ids the log has in a day, by the close times of ledgers, measured from `since` to its end. A log from before it was
 * partitioned has one close time: its days are those in which it was appended to.
 */
async function idsPerDay({ sql }: Executor, since: bigint): Promise<bigint> {
  const [sample] = await sql<{ ids: bigint; ms: bigint }[]>`
    select newest.last_id - oldest.first_id + 1 as ids,
           (extract(epoch from greatest(
             newest.closed_at - oldest.closed_at, newest.created_at - oldest.created_at
           )) * 1000)::int8 as ms
    from (select * from event_log where first_id >= ${since} order by first_id limit 1) oldest,
         (select * from event_log order by first_id desc limit 1) newest`;
  if (sample === undefined) return FEWEST;
  const most = sample.ids * GROWTH;
  const perDay = sample.ms <= 0n ? most : (sample.ids * DAY_MS) / sample.ms;
  const ids = perDay < most ? perDay : most;
  return ids > FEWEST ? ids : FEWEST;
}
