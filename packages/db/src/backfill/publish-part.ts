import type { Hash } from '@stellar-insights/ledger';
import { readHorizons } from '../corridors/tiers.ts';
import type { Database, Executor } from '../database.ts';
import { openSession } from '../own-session.ts';
import { lockCreation, partitionsOf } from '../partitions/bounds.ts';
import { FACT_TABLES, partitionEnd, partitionStart } from '../partitions/fact-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { clearError, type BackfillRange } from './backfill.ts';
import {
  BackfillBusyError,
  BackfillEndedError,
  BackfillIncompleteError,
  BackfillRangeError,
} from './errors.ts';
import { indexStagedTables } from './index-tables.ts';
import { LONG_TIMEOUT_MS, runLong, type Cancelling } from './long-statement.ts';
import { joinChain, requireLink } from './join-chain.ts';
import { addMarks, selectCorridorMarks, selectPoolMarks } from './mark-buckets.ts';
import { attachStagedTables, dropStagedTables, stagedTable, stagedTables } from './staged-tables.ts';

/** What waits for a lock here keeps others waiting behind it. */
const LOCK_TIMEOUT_MS = 2000;
const SHOW_TIMEOUT_MS = 15_000;
const ATTEMPTS = 10;
/** So often the server looks whether a client is still there while it builds an index. */
const CLIENT_CHECK = '5s';

export interface PartRef {
  readonly backfill: string;
  /** Its first ledger. */
  readonly first: number;
}

export interface PublishOptions {
  /** When it aborts, the index under way is the last one. */
  readonly signal?: AbortSignal | undefined;
  /** When it aborts, the index under way is given up. */
  readonly cancel?: AbortSignal | undefined;
  /** Called after each index; `left`: how many of the same table are still to be built. */
  readonly onIndex?: ((built: { readonly index: string; readonly left: number }) => void) | undefined;
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
    await transaction(db, (tx) => show(tx, part), { attempts: ATTEMPTS });
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
      await transaction(session, (tx) => show(tx, part), { attempts: ATTEMPTS });
    }
  } catch (error) {
    // A backfill that is cancelled loses its tables at any time.
    await db.run((executor) => readPart(executor, ref));
    throw error;
  }
  return { ledgers };
}

interface Part extends BackfillRange {
  readonly backfill: string;
  readonly isStaged: boolean;
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

async function show(tx: Transaction, part: Part): Promise<void> {
  const { sql } = tx;
  await sql.unsafe(
    `set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local statement_timeout = ${SHOW_TIMEOUT_MS}`,
  );
  if (!(await claim(tx, part))) return;
  await clearError(tx, part.backfill);
  if (part.isStaged) await showStaged(tx, part);
  await sql`
    update backfill_parts set visible_at = clock_timestamp(), transactions = (
      select sum(transactions) from backfill_chunks
      where backfill = ${part.backfill} and first between ${part.first} and ${part.last}
    ) where backfill = ${part.backfill} and first = ${part.first}`;
  await sql`
    delete from backfill_chunks
    where backfill = ${part.backfill} and first between ${part.first} and ${part.last}`;
  await sql`
    update backfills set ended_at = clock_timestamp()
    where id = ${part.backfill} and not exists (
      select from backfill_parts where backfill = ${part.backfill} and visible_at is null
    )`;
}

/** Returns false if the part is visible already. Nobody can cancel the backfill until the transaction ends. */
async function claim({ sql }: Transaction, { backfill, first }: Part): Promise<boolean> {
  const [running] = await sql`
    select from backfills where id = ${backfill} and ended_at is null for no key update`;
  const [part] = await sql<{ isVisible: boolean }[]>`
    select visible_at is not null as "isVisible" from backfill_parts
    where backfill = ${backfill} and first = ${first} for update`;
  if (part?.isVisible === true) return false;
  if (running === undefined || part === undefined) throw new BackfillEndedError(backfill);
  return true;
}

async function showStaged(tx: Transaction, part: Part): Promise<void> {
  const { sql } = tx;
  const { first, last } = part;
  const partition = partitionStart(first);
  const table = (name: string) => sql(stagedTable(name, partition));
  await lockCreation(tx);
  await requireRoom(tx, part);
  const [ends] = await sql<{ previousHash: Hash; lastHash: Hash }[]>`
    with ends as (select sequence, hash, previous_hash from ${table('ledgers')} where sequence in (${first}, ${last}))
    select encode((select previous_hash from ends where sequence = ${first}), 'hex') as "previousHash",
           encode((select hash from ends where sequence = ${last}), 'hex') as "lastHash"`;
  if (ends === undefined) throw new TypeError('found no row, expected that of the ends of a part');
  await addMarks(tx, part, {
    corridors: sql`select * from ${table('corridor_marks')}`,
    pools: sql`select * from ${table('pool_marks')}`,
  });
  await sql`insert into ledgers select * from ${table('ledgers')}`;
  await joinChain(tx, { first, last, ...ends });
  // From here on, who creates or detaches a partition waits.
  await attachStagedTables(tx, partition);
  await dropStagedTables(tx, [partition]);
}

/** Nobody else has stored something in the partition. */
async function requireRoom(tx: Transaction, { first, last }: Part): Promise<void> {
  const start = partitionStart(first);
  for (const table of FACT_TABLES) {
    const partitions = await partitionsOf(tx, table);
    const other = partitions.find((one) => one.first < partitionEnd(start) && start < one.next);
    if (other !== undefined) {
      throw new BackfillRangeError(
        `the partition ${other.name}`,
        `none for ledgers ${first} to ${last} when the backfill began`,
        'cancel the backfill, and ask for the same range again',
      );
    }
  }
}
