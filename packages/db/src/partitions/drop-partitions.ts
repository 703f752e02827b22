import type { Database, Executor } from '../database.ts';
import { isConflict } from '../database-error.ts';
import { StatementTimeoutError } from '../errors.ts';
import { openSession } from '../own-session.ts';
import { partitionsOf } from './bounds.ts';

/** A partition that could not be dropped yet; the next run goes on with it. */
interface KeptPartition {
  readonly partition: string;
  readonly reason: string;
}

export interface DroppedPartitions {
  readonly dropped: readonly string[];
  readonly kept: readonly KeptPartition[];
}

/**
 * How long a statement waits for a lock. Longer than the second after which autovacuum gives way, except where ingestion
 * could wait behind it: to end a detachment that was begun takes a lock that the creation of a partition waits for.
 */
const LOCK_TIMEOUT_MS = { detach: 2000, finalize: 500, drop: 2000 };

/**
 * Drops the partitions of these tables that end at or before the key named with each. What reads or writes a table does
 * not wait meanwhile: a partition is detached concurrently first, and whoever holds a lock for too long only keeps this one
 * partition, and those of its table, from being dropped now.
 *
 * @throws DatabaseUnavailableError
 */
export async function dropPartitions(
  db: Database,
  ends: readonly { readonly table: string; readonly end: bigint }[],
): Promise<DroppedPartitions> {
  const dropped: string[] = [];
  const kept: KeptPartition[] = [];
  const tables = await Promise.all(
    ends.map(async ({ table, end }) => ({ table, expired: await expiredOf(db, table, end) })),
  );
  if (tables.every(({ expired }) => expired.length === 0)) return { dropped, kept };
  await using session = openSession(db);
  for (const { table, expired } of tables) {
    for (const { name, step } of expired) {
      try {
        if (step !== 'drop') await run(session, step, detachment(table, name, step));
        await run(session, 'drop', `drop table ${name}`);
        dropped.push(name);
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === null) throw error;
        kept.push({ partition: name, reason });
        // A table has one partition at most whose detachment has begun.
        if (step !== 'drop') break;
      }
    }
  }
  return { dropped, kept };
}

type Step = keyof typeof LOCK_TIMEOUT_MS;

/**
 * Which partitions are to be dropped, and with which step: those of an interrupted run first. It may have ended before it
 * began to detach a partition, before it ended that, or before it dropped what it had detached.
 */
async function expiredOf(
  db: Database,
  table: string,
  end: bigint,
): Promise<{ readonly name: string; readonly step: Step }[]> {
  return await db.run(async (executor) => {
    const attached = await partitionsOf(executor, table);
    const detached = await detachedOf(executor, table, end);
    const expired = attached.filter(({ next, detaching }) => detaching || next <= end);
    return [
      ...detached.map((name) => ({ name, step: 'drop' as const })),
      ...expired
        .toSorted((a, b) => Number(b.detaching) - Number(a.detaching))
        .map(({ name, detaching }) => ({
          name,
          step: detaching ? ('finalize' as const) : ('detach' as const),
        })),
    ];
  });
}

/** Tables that are named like a partition of an expired key and are none. */
async function detachedOf({ sql }: Executor, table: string, end: bigint): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and not relispartition
      and relname ~ ${`^${table}_[0-9]+$`} and substring(relname from '[0-9]+$')::int8 < ${end}
    order by 1`;
  return rows.map(({ name }) => name);
}

function detachment(table: string, partition: string, step: 'detach' | 'finalize'): string {
  return `alter table ${table} detach partition ${partition} ${step === 'detach' ? 'concurrently' : 'finalize'}`;
}

async function run(db: Database, step: Step, statement: string): Promise<void> {
  await db.run(async ({ sql }) => {
    await sql.unsafe(`set lock_timeout = ${LOCK_TIMEOUT_MS[step]}`);
    await sql.unsafe(statement);
  });
}

/** SQLSTATE undefined_table, object_not_in_prerequisite_state: another run is dropping it. */
const RIVAL: ReadonlySet<string> = new Set(['42P01', '55000']);

/** What keeps a partition; null if this is no matter of one partition. */
function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const isRival = 'code' in error && typeof error.code === 'string' && RIVAL.has(error.code);
  return isRival || isConflict(error) || error instanceof StatementTimeoutError ? error.message : null;
}
