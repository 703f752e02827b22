import { LedgerError, type LedgerFacts } from '@stellar-insights/ledger';
import type { Database, Executor } from '../database.ts';
import { partitionStart } from '../partitions/fact-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import type { BackfillRange } from './backfill.ts';
import { BackfillEndedError, BackfillRangeError } from './errors.ts';
import { createStagedTables } from './staged-tables.ts';
import { prepareBatch, type Chunk, type PreparedBatch } from './store-batch.ts';

/** Of one transaction: a fraction of a second of work, and a few MB while its rows are encoded. */
const BATCH_ROWS = 10_000;
const BATCH_LEDGERS = 500;

const DAY_MS = 86_400_000;

export interface ChunkRef extends BackfillRange {
  readonly backfill: string;
}

export interface LoadOptions {
  /** Consecutive ledgers, from this one on. It may go on after the chunk. */
  readonly source: (from: number) => AsyncIterable<LedgerFacts>;
  /** Ledgers that closed so many days before the last one stored are refused: retention would drop them at once. */
  readonly retentionDays?: number | undefined;
  /** When it aborts, the transaction under way is the last one. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each transaction. */
  readonly onBatch?: ((loaded: LoadedLedgers) => void) | undefined;
}

interface LoadedLedgers {
  readonly ledgers: number;
  readonly transactions: number;
}

export interface LoadedChunk extends LoadedLedgers {
  /** Whether all of the chunk is stored. */
  readonly done: boolean;
}

/**
 * Stores the ledgers of a chunk that are not stored yet, some in each transaction, together with how far the chunk is loaded. The
 * next ones are read and encoded meanwhile. A worker that is killed leaves whole transactions, and the next one goes on there.
 *
 * @returns how many this call has stored; none if it was done before
 * @throws LedgerError `chain_broken`, `ledger_missing`; BackfillEndedError, BackfillFencedError, BackfillRangeError (retention),
 *   DatabaseUnavailableError; what the source throws
 */
export async function loadChunk(
  db: Database,
  ref: ChunkRef,
  { source, retentionDays = Infinity, signal, onBatch }: LoadOptions,
): Promise<LoadedChunk> {
  const { chunk, loadedTo, tipClosedAt } = await db.run((executor) => readChunk(executor, ref));
  const isStopping = (): boolean => signal?.aborted === true;
  const loaded = { ledgers: 0, transactions: 0 };
  if (loadedTo === chunk.last) return { ...loaded, done: true };
  if (chunk.isStaged) {
    await transaction(db, (tx) => createTables(tx, chunk), { attempts: 5 });
  }
  const store = async (batch: PreparedBatch): Promise<void> => {
    await batch.store();
    loaded.ledgers += batch.ledgers;
    loaded.transactions += batch.transactions;
    onBatch?.({ ledgers: batch.ledgers, transactions: batch.transactions });
  };
  let storing: Promise<void> = Promise.resolve();
  try {
    for await (const ledgers of batches(source(loadedTo + 1), { first: loadedTo + 1, last: chunk.last })) {
      if (isStopping()) break;
      requireKept(ledgers, tipClosedAt - retentionDays * DAY_MS);
      const [batch] = await Promise.all([prepareBatch(db, chunk, ledgers), storing]);
      if (isStopping()) break;
      storing = store(batch);
      // It is awaited with the next batch: until then, nobody would see that it failed.
      storing.catch(() => undefined);
    }
  } catch (error) {
    if (!isStopping()) throw error;
  } finally {
    await storing;
  }
  return { ...loaded, done: loadedTo + loaded.ledgers === chunk.last };
}

/** Not if the backfill or the part has ended meanwhile, as nobody would drop them. */
async function createTables(tx: Transaction, { backfill, part }: Chunk): Promise<void> {
  const running = await tx.sql`
    select from backfills b join backfill_parts p on p.backfill = b.id
    where b.id = ${backfill} and ended_at is null and p.first = ${part} and visible_at is null
    for key share`;
  if (running.length === 0) throw new BackfillEndedError(backfill);
  await createStagedTables(tx, partitionStart(part));
}

/** Ledgers of a range in pieces of a bounded number of rows. */
async function* batches(
  source: AsyncIterable<LedgerFacts>,
  { first, last }: BackfillRange,
): AsyncGenerator<LedgerFacts[], void, undefined> {
  let batch: LedgerFacts[] = [];
  let rows = 0;
  let next = first;
  for await (const facts of source) {
    if (facts.header.sequence !== next) throw missing(next, `ledger ${facts.header.sequence} in its place`);
    batch.push(facts);
    rows += rowsIn(facts);
    next++;
    if (next > last) break;
    if (rows >= BATCH_ROWS || batch.length >= BATCH_LEDGERS) {
      yield batch;
      batch = [];
      rows = 0;
    }
  }
  if (next <= last) throw missing(next, 'the end of the source');
  yield batch;
}

/** @throws BackfillRangeError if all of them closed before this time */
function requireKept(ledgers: readonly LedgerFacts[], since: number): void {
  const last = ledgers.at(-1)?.header;
  if (last === undefined || last.closedAt >= since) return;
  throw new BackfillRangeError(
    `ledger ${last.sequence} of ${new Date(last.closedAt).toISOString()}`,
    `none before ${new Date(since).toISOString()}, as RETENTION_DAYS says`,
    'cancel the backfill and ask for newer ones, or raise RETENTION_DAYS',
  );
}

function rowsIn({ header: _, ...facts }: LedgerFacts): number {
  return Object.values(facts).reduce((sum, { length }) => sum + length, 1);
}

function missing(ledger: number, found: string): LedgerError {
  return new LedgerError('ledger_missing', {
    ledger,
    found,
    expected: `ledger ${ledger}`,
    action: 'complete the source or read from another one',
  });
}

/** Which ledgers of a chunk are stored. */
async function readChunk(
  { sql }: Executor,
  { backfill, first, last }: ChunkRef,
): Promise<{ readonly chunk: Chunk; readonly loadedTo: number; readonly tipClosedAt: number }> {
  const [row] = await sql<
    {
      part: number;
      isStaged: boolean;
      ended: boolean;
      visible: boolean;
      isWhole: boolean;
      loadedTo: number | null;
      tipClosedAt: number | null;
    }[]
  >`
    select p.first::float8 as part, is_staged as "isStaged", ended_at is not null as ended,
           visible_at is not null as visible,
           mod(${first} - p.first, chunk_ledgers) = 0 and ${last} = least(${first} + chunk_ledgers - 1, p.last) as "isWhole",
           (select loaded_to::float8 from backfill_chunks c where c.backfill = b.id and c.first = ${first}) as "loadedTo",
           (select (extract(epoch from closed_at) * 1000)::float8 from ledger_cursor) as "tipClosedAt"
    from backfills b join backfill_parts p on p.backfill = b.id
    where b.id = ${backfill} and ${first} between p.first and p.last`;
  if (row === undefined || (row.ended && !row.visible)) throw new BackfillEndedError(backfill);
  if (!row.isWhole)
    throw new RangeError(`found ledgers ${first} to ${last}, expected one chunk of the backfill`);
  const { part, isStaged, visible } = row;
  return {
    chunk: { backfill, first, last, part, isStaged, begunAt: performance.now() },
    loadedTo: visible ? last : (row.loadedTo ?? first - 1),
    tipClosedAt: row.tipClosedAt ?? -Infinity,
  };
}
