import type { Hash } from '@stellar-insights/ledger';
import { lockCreation, partitionsOf } from '../partitions/bounds.ts';
import { FACT_TABLES, partitionEnd, partitionStart } from '../partitions/fact-partitions.ts';
import type { Transaction } from '../transaction.ts';
import { clearError, type BackfillRange } from './backfill.ts';
import { BackfillEndedError, BackfillRangeError } from './errors.ts';
import { joinChain } from './join-chain.ts';
import { addMarks } from './mark-buckets.ts';
import { attachStagedTables, dropStagedTables, stagedTable } from './staged-tables.ts';

/** What waits for a lock here keeps others waiting behind it. */
const LOCK_TIMEOUT_MS = 2000;
const SHOW_TIMEOUT_MS = 15_000;

/** Whose chunks are all loaded. */
export interface LoadedPart extends BackfillRange {
  readonly backfill: string;
  /** Whether its ledgers are in tables of their own. */
  readonly isStaged: boolean;
}

/**
 * Makes a part visible, unless it is. The tables of a staged one must have their indexes, and its marks.
 *
 * @throws LedgerError `chain_broken`; BackfillEndedError; BackfillRangeError if retention has passed it, or somebody else has
 *   stored something in its partition
 */
export async function showPart(tx: Transaction, part: LoadedPart): Promise<void> {
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
async function claim({ sql }: Transaction, { backfill, first }: LoadedPart): Promise<boolean> {
  const [running] = await sql`
    select from backfills where id = ${backfill} and ended_at is null for no key update`;
  const [part] = await sql<{ isVisible: boolean }[]>`
    select visible_at is not null as "isVisible" from backfill_parts
    where backfill = ${backfill} and first = ${first} for update`;
  if (part?.isVisible === true) return false;
  if (running === undefined || part === undefined) throw new BackfillEndedError(backfill);
  return true;
}

async function showStaged(tx: Transaction, part: LoadedPart): Promise<void> {
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
async function requireRoom(tx: Transaction, { first, last }: LoadedPart): Promise<void> {
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
