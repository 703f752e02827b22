import type { Hash } from '@stellar-insights/ledger';
import { readHorizons } from '../corridors/tiers.ts';
import type { Database, Executor } from '../database.ts';
import { openSession } from '../own-session.ts';
import { partitionStart } from '../partitions/fact-partitions.ts';
import { transaction } from '../transaction.ts';
import { BackfillBusyError, BackfillEndedError, BackfillIncompleteError } from './errors.ts';
import { indexStagedTables, type IndexOptions } from './index-tables.ts';
import { LONG_TIMEOUT_MS, runLong, type Cancelling } from './long-statement.ts';
import { requireLink } from './join-chain.ts';
import { selectCorridorMarks, selectPoolMarks } from './mark-buckets.ts';
import { showPart, type LoadedPart } from './show-part.ts';
import { stagedTable, stagedTables } from './staged-tables.ts';

const ATTEMPTS = 10;
/** So often the server looks whether a client is still there while it builds an index. */
const CLIENT_CHECK = '5s';

export interface PartRef {
  readonly backfill: string;
  /** Its first ledger. */
  readonly first: number;
}

export interface PublishOptions extends Pick<IndexOptions, 'signal' | 'onIndex'> {
  /** When it aborts, the index under way is given up. */
  readonly cancel?: AbortSignal | undefined;
}

/**
 * Shows a part whose chunks are all loaded: checks how its ledgers are linked, builds the indexes of its tables, and makes them
 * partitions in one short transaction, with the ledgers, their gaps and their marks. Neither readers nor the live tip wait for
 * it. Whoever is interrupted has left whole indexes; a part that is visible stays as it is.
 *
 * @returns how many ledgers the part has
 * @throws LedgerError `chain_broken`; BackfillIncompleteError, BackfillEndedError, BackfillBusyError, BackfillRangeError (retention
 *   has passed it); TransactionConflictError, DatabaseUnavailableError; the signal's reason
 */
export async function publishPart(
  db: Database,
  ref: PartRef,
  { signal, cancel, onIndex }: PublishOptions = {},
): Promise<{ readonly ledgers: number }> {
  const part = await db.run((executor) => readPart(executor, ref));
  const ledgers = part.last - part.first + 1;
  if (part.isVisible) return { ledgers };
  if (part.unloaded > 0) throw new BackfillIncompleteError(part, part.unloaded);
  if (!part.isStaged) {
    await transaction(db, (tx) => showPart(tx, part), { attempts: ATTEMPTS });
    return { ledgers };
  }
  await using session = openSession(db, { silenceMs: LONG_TIMEOUT_MS });
  await prepareSession(session, ref);
  const cancelling = { control: db, signal: cancel };
  try {
    // Who had the lock before may have shown it.
    if (!(await session.run((executor) => readPart(executor, ref))).isVisible) {
      await requireLinks(session, part);
      await indexStagedTables(session, partitionStart(part.first), { signal, cancelling, onIndex });
      await stageMarks(session, part, cancelling);
      await transaction(session, (tx) => showPart(tx, part), { attempts: ATTEMPTS });
    }
  } catch (error) {
    // A backfill that is cancelled loses its tables at any time.
    await db.run((executor) => readPart(executor, ref));
    throw error;
  }
  return { ledgers };
}

interface Part extends LoadedPart {
  readonly isVisible: boolean;
  /** Chunks that are not loaded, or not to their end. */
  readonly unloaded: number;
}

async function readPart({ sql }: Executor, { backfill, first }: PartRef): Promise<Part> {
  const [row] = await sql<(Omit<Part, 'backfill'> & { hasEnded: boolean })[]>`
    select p.first::float8 as first, p.last::float8 as last, is_staged as "isStaged",
           visible_at is not null as "isVisible", ended_at is not null as "hasEnded",
           (ceil((p.last - p.first + 1) / chunk_ledgers::float8) - (
             select count(*) from backfill_chunks c
             where c.backfill = b.id and c.first between p.first and p.last
               and loaded_to = least(c.first + chunk_ledgers - 1, p.last)
           ))::float8 as unloaded
    from backfills b join backfill_parts p on p.backfill = b.id
    where b.id = ${backfill} and p.first = ${first}`;
  if (row === undefined || (row.hasEnded && !row.isVisible)) throw new BackfillEndedError(backfill);
  return { ...row, backfill };
}

/** One process at a time builds indexes and shows the part. The server notices if it is killed. */
async function prepareSession(session: Database, { first }: PartRef): Promise<void> {
  await session.run(({ sql }) => sql.unsafe(`set statement_timeout = ${LONG_TIMEOUT_MS}`));
  // Not every system can do this.
  await session
    .run(({ sql }) => sql.unsafe(`set client_connection_check_interval = '${CLIENT_CHECK}'`))
    .catch(() => undefined);
  const [row] = await session.run(
    ({ sql }) => sql<{ locked: boolean }[]>`
      select pg_try_advisory_lock(hashtextextended('backfill', ${partitionStart(first)})) as locked`,
  );
  if (row?.locked !== true) throw new BackfillBusyError(first);
}

/** All ledgers of the part are there, and each names the hash of the one before it. */
async function requireLinks(session: Database, { first, last }: Part): Promise<void> {
  const ledgers = stagedTable('ledgers', partitionStart(first));
  const [broken] = await session.run(
    ({ sql }) => sql<{ sequence: number; named: Hash; hash: Hash }[]>`
      select sequence::float8 as sequence, encode(previous_hash, 'hex') as named, coalesce(encode(before, 'hex'), '') as hash
      from (
        select sequence, previous_hash, lag(hash) over (order by sequence) as before,
               lag(sequence) over (order by sequence) as number
        from ${sql(ledgers)}
      ) each
      where sequence > ${first} and (number <> sequence - 1 or before <> previous_hash)
      order by sequence limit 1`,
  );
  if (broken !== undefined) requireLink(broken.sequence, broken.named, broken.hash);
  const [row] = await session.run(
    ({ sql }) => sql<{ count: number }[]>`
      select count(*)::float8 as count from ${sql(ledgers)} where sequence between ${first} and ${last}`,
  );
  if (row?.count !== last - first + 1) {
    throw new TypeError(
      `found ${row?.count} staged ledgers, expected those from ${first} to ${last}, each once`,
    );
  }
}

/** Before the transaction that shows the part, as all payments are read. */
async function stageMarks(session: Database, part: Part, cancelling: Cancelling): Promise<void> {
  const partition = partitionStart(part.first);
  const tables = stagedTables(partition, part);
  const [corridors, pools] = [stagedTable('corridor_marks', partition), stagedTable('pool_marks', partition)];
  const horizons = await session.run(readHorizons);
  const stage = async (executor: Executor): Promise<void> => {
    const { sql } = executor;
    // Whose backfill was cancelled must not touch the tables of another one.
    const running = await sql`
      select from backfills where id = ${part.backfill} and ended_at is null for key share`;
    if (running.length === 0) throw new BackfillEndedError(part.backfill);
    await sql`drop table if exists ${sql(corridors)}, ${sql(pools)}`;
    await sql`create table ${sql(corridors)} as ${selectCorridorMarks(executor, tables, horizons)}`;
    await sql`create table ${sql(pools)} as ${selectPoolMarks(executor, tables)}`;
  };
  await runLong(session, cancelling, stage);
}
