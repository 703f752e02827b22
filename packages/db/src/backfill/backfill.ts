import { errorCode } from '@stellar-insights/runtime/errors';
import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import { isoTime, storableText } from '../sql.ts';

/** Ledgers from `first` to `last`, both included. */
export interface BackfillRange {
  readonly first: number;
  readonly last: number;
}

/** A range of ledgers that is stored after later ones. Times in unix milliseconds. */
export interface Backfill extends BackfillRange {
  readonly id: string;
  readonly networkPassphrase: string;
  readonly chunkLedgers: number;
  readonly state: 'running' | 'done' | 'cancelled';
  readonly requestedAt: number;
  /** When all of its ledgers were visible, or it was cancelled. Null while it runs. */
  readonly endedAt: number | null;
  /** The last one that was recorded. Null if ledgers were stored since. */
  readonly error: { readonly code: string; readonly message: string; readonly at: number } | null;
  /** Those of the range that were not stored when it was created. */
  readonly ledgers: number;
  /** Those that are stored, whether or not readers see them. */
  readonly loadedLedgers: number;
  /** Those that readers see. */
  readonly visibleLedgers: number;
  /** Transactions of `loadedLedgers`. */
  readonly loadedTransactions: number;
  /** What chunks of the last minute have loaded, of parts that are not visible, and in which time. Null if nothing was. */
  readonly recent: { readonly ledgers: number; readonly ms: number } | null;
}

/** Null if there is none of this id. */
export async function readBackfill(db: Database, id: string, options?: RunOptions): Promise<Backfill | null> {
  return db.run((executor) => selectBackfill(executor, id), options);
}

export async function selectBackfill(executor: Executor, id: string): Promise<Backfill | null> {
  const [backfill] = await selectBackfills(executor, executor.sql`where id = ${id}`);
  return backfill ?? null;
}

export interface ListBackfillsOptions extends RunOptions {
  readonly limit: number;
  /** The last one of the page before. */
  readonly before?: Pick<Backfill, 'requestedAt' | 'id'> | undefined;
}

/** Newest first. */
export async function listBackfills(
  db: Database,
  { limit, before, ...options }: ListBackfillsOptions,
): Promise<Backfill[]> {
  const oldestFirst = await db.run(({ sql }) => {
    const older = before && sql`where (requested_at, id) < (${isoTime(before.requestedAt)}, ${before.id})`;
    return selectBackfills(
      { sql },
      sql`${older ?? sql``} order by requested_at desc, id desc limit ${limit}`,
    );
  }, options);
  return oldestFirst.toReversed();
}

/** Those that are neither done nor cancelled, oldest first: what is due. */
export function listRunningBackfills(db: Database, options?: RunOptions): Promise<Backfill[]> {
  return db.run((executor) => selectBackfills(executor, executor.sql`where ended_at is null`), options);
}

/** Records what keeps a backfill that runs from going on. */
export async function recordBackfillError(db: Database, id: string, error: unknown): Promise<void> {
  const message = storableText(error instanceof Error ? error.message : String(error));
  await db.run(
    ({ sql }) => sql`
      update backfills set error_code = ${errorCode(error)}, error_message = ${message}, error_at = clock_timestamp()
      where id = ${id} and ended_at is null`,
  );
}

/** Ledgers were stored again. It waits for nobody while no error is recorded. */
export async function clearError({ sql }: Executor, id: string): Promise<void> {
  await sql`
    update backfills set error_code = null, error_message = null, error_at = null
    where id = ${id} and error_code is not null`;
}

type BackfillRow = Omit<Backfill, 'state' | 'error' | 'recent'> & {
  readonly recentLedgers: number | null;
  readonly recentMs: number | null;
  readonly isCancelled: boolean;
  readonly code: string | null;
  readonly message: string | null;
  readonly at: number | null;
};

/** Oldest first. A backfill has few rows: of its parts, and of the chunks of parts that are not visible. `which` follows the table's name. */
async function selectBackfills({ sql }: Executor, which: Fragment): Promise<Backfill[]> {
  const time = (column: string): Fragment => sql`(extract(epoch from ${sql(column)}) * 1000)::float8`;
  const rows = await sql<BackfillRow[]>`
    with chosen as materialized (select * from backfills ${which}),
    parts as (
      select backfill, sum(last - first + 1) as ledgers,
             sum(last - first + 1) filter (where visible_at is not null) as visible, sum(transactions) as transactions
      from backfill_parts where backfill in (select id from chosen) group by 1
    ), chunks as (
      select backfill, sum(loaded_to - first + 1) as ledgers, sum(transactions) as transactions,
             sum(loaded_to - first + 1) filter (where not is_staged) as visible,
             sum(loaded_to - first + 1) filter (where loaded_at > now - interval '1 minute') as recent,
             max(extract(epoch from now - begun_at)) filter (where loaded_at > now - interval '1 minute') as seconds
      from clock_timestamp() as now, backfill_chunks c join lateral (
        select is_staged from backfill_parts p
        where p.backfill = c.backfill and p.first <= c.first order by p.first desc limit 1
      ) part on true
      where backfill in (select id from chosen) group by 1
    )
    select id::text, first::float8 as first, last::float8 as last, network_passphrase as "networkPassphrase",
           chunk_ledgers as "chunkLedgers", is_cancelled as "isCancelled", ${time('requested_at')} as "requestedAt",
           ${time('ended_at')} as "endedAt", error_code as code, error_message as message,
           ${time('error_at')} as at, coalesce(parts.ledgers, 0)::float8 as ledgers,
           (coalesce(parts.visible, 0) + coalesce(chunks.ledgers, 0))::float8 as "loadedLedgers",
           (coalesce(parts.visible, 0) + coalesce(chunks.visible, 0))::float8 as "visibleLedgers",
           (coalesce(parts.transactions, 0) + coalesce(chunks.transactions, 0))::float8 as "loadedTransactions",
           chunks.recent::float8 as "recentLedgers", (chunks.seconds * 1000)::float8 as "recentMs"
    from chosen left join parts on parts.backfill = id left join chunks on chunks.backfill = id
    order by requested_at, id`;
  return rows.map(backfillOf);
}

function backfillOf(selected: BackfillRow): Backfill {
  const { isCancelled, code, message, at, recentLedgers, recentMs, ...row } = selected;
  const ended = isCancelled ? 'cancelled' : 'done';
  return {
    ...row,
    state: row.endedAt === null ? 'running' : ended,
    error: code === null || message === null || at === null ? null : { code, message, at },
    recent: recentLedgers === null || recentMs === null ? null : { ledgers: recentLedgers, ms: recentMs },
  };
}
