import type { LedgerFacts, LedgerHeaderFacts } from '@stellar-insights/ledger';
import { readHorizons } from '../corridors/tiers.ts';
import type { Database, Executor } from '../database.ts';
import { partitionStart } from '../partitions/fact-partitions.ts';
import type { Transaction } from '../transaction.ts';
import { clearError, type BackfillRange } from './backfill.ts';
import { BackfillEndedError, BackfillFencedError } from './errors.ts';
import { joinChain, requireLink } from './join-chain.ts';
import { addMarks, selectCorridorMarks, selectPoolMarks } from './mark-buckets.ts';
import { stagedTable } from './staged-tables.ts';

/** Ledgers that one job loads. */
export interface Chunk extends BackfillRange {
  readonly backfill: string;
  /** The first ledger of its part. */
  readonly part: number;
  readonly isStaged: boolean;
  /** When this process began with it, by `performance.now()`. */
  readonly begunAt: number;
}

/** Consecutive ledgers of a chunk of which all is done that needs no transaction. */
export interface PreparedBatch {
  readonly ledgers: number;
  readonly transactions: number;
  /**
   * Stores them, and that the chunk is loaded to the last of them, in one transaction. If the chunk is not staged, readers see
   * them from then on.
   *
   * @throws LedgerError `chain_broken`; BackfillEndedError, BackfillFencedError, DatabaseUnavailableError
   */
  store(): Promise<void>;
}

/** @throws LedgerError `chain_broken`; TypeError, RangeError for facts that no table can hold; DatabaseUnavailableError */
export async function prepareBatch(
  db: Database,
  chunk: Chunk,
  ledgers: readonly LedgerFacts[],
): Promise<PreparedBatch> {
  // Only a process that stores ledgers loads the declared tables.
  const { insertRows, prepareRows } = await import('../facts/insert-facts.ts');
  const { factTables } = await import('../facts/fact-tables.ts');
  const headers = ledgers.map(({ header }) => header);
  const { first, last } = endsOf(headers);
  const tables = factTables(ledgers);
  const into = (table: string): string => stagedTable(table, partitionStart(chunk.part));
  const rows = await prepareRows(db, chunk.isStaged ? tables.map((one) => ({ ...one, into })) : tables);
  const transactions = ledgers.reduce((sum, ledger) => sum + ledger.transactions.length, 0);
  return {
    ledgers: ledgers.length,
    transactions,
    store: () =>
      insertRows(
        db,
        rows,
        (tx) => advanceChunk(tx, chunk, { first, last, transactions }),
        async (tx) => {
          await clearError(tx, chunk.backfill);
          if (!chunk.isStaged) await show(tx, first, last);
        },
      ),
  };
}

/** @throws LedgerError `chain_broken` unless each names the hash of the one before it */
function endsOf(headers: readonly LedgerHeaderFacts[]): {
  first: LedgerHeaderFacts;
  last: LedgerHeaderFacts;
} {
  const [first] = headers;
  const last = headers.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError('found no ledger, expected at least one');
  for (const [place, { sequence, previousHash }] of headers.entries()) {
    const before = headers[place - 1];
    if (before !== undefined) requireLink(sequence, previousHash, before.hash);
  }
  return { first, last };
}

interface Batch {
  readonly first: LedgerHeaderFacts;
  readonly last: LedgerHeaderFacts;
  readonly transactions: number;
}

/**
 * Moves on how far the chunk is loaded, by a compare-and-set: it must be loaded to the ledger before the first one, with the hash
 * that this one names. Until the transaction ends, the backfill cannot be cancelled, and the part cannot become visible.
 */
async function advanceChunk(tx: Transaction, chunk: Chunk, batch: Batch): Promise<void> {
  const { first, last, transactions } = batch;
  const moved = await tx.sql`
    with running as (
      select b.id from backfills b join backfill_parts p on p.backfill = b.id
      where b.id = ${chunk.backfill} and ended_at is null and p.first = ${chunk.part} and visible_at is null
      for key share
    )
    insert into backfill_chunks as stored
      (backfill, first, loaded_to, loaded_hash, transactions, begun_at, loaded_at)
    select id, ${chunk.first}, ${last.sequence}, ${Buffer.from(last.hash, 'hex')}, ${transactions},
           now - make_interval(secs => ${(performance.now() - chunk.begunAt) / 1000}), now
    from running, clock_timestamp() as now
    where ${first.sequence === chunk.first} or exists (
      select from backfill_chunks c where c.backfill = running.id and c.first = ${chunk.first}
    )
    on conflict (backfill, first) do update
      set loaded_to = excluded.loaded_to, loaded_hash = excluded.loaded_hash,
          transactions = stored.transactions + excluded.transactions, loaded_at = excluded.loaded_at
      where stored.loaded_to = ${first.sequence - 1} and stored.loaded_hash = ${Buffer.from(first.previousHash, 'hex')}`;
  if (moved.count > 0) return;
  const loaded = await readLoaded(tx, chunk);
  if (loaded === null) throw new BackfillEndedError(chunk.backfill);
  if (loaded.to === first.sequence - 1) requireLink(first.sequence, first.previousHash, loaded.hash);
  throw new BackfillFencedError(chunk, first.sequence);
}

/** Null if the backfill or the part has ended. */
async function readLoaded(
  { sql }: Executor,
  { backfill, first, part }: Chunk,
): Promise<{ to: number | null; hash: LedgerHeaderFacts['hash'] } | null> {
  const [row] = await sql<{ to: number | null; hash: LedgerHeaderFacts['hash'] }[]>`
    select loaded_to::float8 as to, encode(loaded_hash, 'hex') as hash
    from backfills b join backfill_parts p on p.backfill = b.id and p.first = ${part}
         left join backfill_chunks c on c.backfill = b.id and c.first = ${first}
    where b.id = ${backfill} and ended_at is null and visible_at is null`;
  return row ?? null;
}

/** The last statements of the transaction, since others that do the same wait for its end. */
async function show(tx: Transaction, first: LedgerHeaderFacts, last: LedgerHeaderFacts): Promise<void> {
  const range = { first: first.sequence, last: last.sequence };
  const tables = { ...range, ledgers: 'ledgers', payments: 'payments', trades: 'trades' };
  await addMarks(tx, range, {
    corridors: selectCorridorMarks(tx, tables, await readHorizons(tx)),
    pools: selectPoolMarks(tx, tables),
  });
  await joinChain(tx, { ...range, previousHash: first.previousHash, lastHash: last.hash });
}
