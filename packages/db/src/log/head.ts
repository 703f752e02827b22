import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import type { Transaction } from '../transaction.ts';
import type { LogCursor } from './errors.ts';

/** Which events the log holds: ids `oldestId` to `lastId`; none if `oldestId` is `lastId + 1`. */
export interface LogHead {
  readonly epoch: string;
  readonly oldestId: bigint;
  readonly lastId: bigint;
}

/** The columns of a `LogHead`, from the table `event_log_head`. Rows before the oldest id may be left until they are dropped. */
export function logHeadColumns({ sql }: Executor): Fragment {
  return sql`
    epoch, last_id as "lastId", (select oldest_id from event_log_bounds) as "oldestId"`;
}

export async function readHead(db: Database, options?: Pick<RunOptions, 'signal'>): Promise<LogHead> {
  const [row] = await db.run(
    (executor) => executor.sql<LogHead[]>`select ${logHeadColumns(executor)} from event_log_head`,
    options,
  );
  return { ...requireHead(row) };
}

/** The end of the log in a snapshot: the events of everything that the snapshot shows, and no others, are before it. */
export async function readLogCursor({ sql }: Transaction): Promise<LogCursor> {
  const [row] = await sql<LogCursor[]>`select epoch, last_id as id from event_log_head`;
  return { ...requireHead(row) };
}

/** Call it after a restore. The ids given since the backup will be given again, so the cursors from before must end. */
export async function renewEpoch(db: Database): Promise<string> {
  const [row] = await db.run(
    ({ sql }) => sql<{ epoch: string }[]>`
      update event_log_head set epoch = left(replace(gen_random_uuid()::text, '-', ''), 12) returning epoch`,
  );
  return requireHead(row).epoch;
}

/** Renews the epoch if the log ends before an id that was given under it already; returns the new epoch, or null. */
export async function renewEpochIfBehind(db: Database, given: LogCursor): Promise<string | null> {
  const [row] = await db.run(
    ({ sql }) => sql<{ epoch: string }[]>`
      update event_log_head set epoch = left(replace(gen_random_uuid()::text, '-', ''), 12)
      where epoch = ${given.epoch} and last_id < ${given.id} returning epoch`,
  );
  return row?.epoch ?? null;
}

/** Migrating creates the head, and nothing deletes it. */
export function requireHead<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new TypeError('found an event log without a head; run `insights migrate`');
  return row;
}
