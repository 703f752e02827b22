import { randomUUID } from 'node:crypto';
import type { Database } from '../database.ts';
import { selectCursor } from '../ledgers/cursor.ts';
import { NetworkMismatchError } from '../ledgers/errors.ts';
import { readGapsBetween } from '../ledgers/gaps.ts';
import { partitionsOf } from '../partitions/bounds.ts';
import { FACT_TABLES, PARTITION_LEDGERS, partitionStart } from '../partitions/fact-partitions.ts';
import { transaction, type Transaction } from '../transaction.ts';
import { selectBackfill, type Backfill, type BackfillRange } from './backfill.ts';
import { BackfillOverlapError, BackfillRangeError } from './errors.ts';
import { byPartition } from './parts.ts';
import { dropStagedTables } from './staged-tables.ts';

/** Seconds of work, of which a stop or a crash takes back less than one. */
const CHUNK_LEDGERS = 500;
/** Other backfills wait meanwhile. */
const LOCK_TIMEOUT_MS = 1000;

export interface BackfillRequest extends BackfillRange {
  /** Of the network that the ledgers are of; default: that of the ledgers stored. */
  readonly networkPassphrase?: string | undefined;
  /** Of the ledgers that one job loads; default: 500. */
  readonly chunkLedgers?: number | undefined;
}

export interface CreatedBackfill {
  readonly backfill: Backfill;
  /** False if the same range was asked for before, and was not cancelled since. */
  readonly isNew: boolean;
}

/**
 * Plans how the ledgers of a range that are not stored will be. It is done at once if all of them are.
 *
 * @throws BackfillRangeError, BackfillOverlapError, NetworkMismatchError; TransactionConflictError while an index is being built for a
 *   backfill of the same ledgers that was cancelled
 */
export function createBackfill(db: Database, request: BackfillRequest): Promise<CreatedBackfill> {
  return transaction(db, async (tx) => {
    await tx.sql`lock table backfills in share row exclusive mode`;
    const existing = await resumed(tx, request);
    const id = existing ?? (await insertBackfill(tx, request));
    const backfill = await selectBackfill(tx, id);
    if (backfill === null) throw new TypeError('found no backfill, expected the one of this transaction');
    return { backfill, isNew: existing === null };
  });
}

/** The id of the last backfill of the same range; null if there is none, or it was cancelled. */
async function resumed(
  { sql }: Transaction,
  { first, last, networkPassphrase }: BackfillRequest,
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    select id::text from backfills
    where not is_cancelled and network_passphrase = coalesce(${networkPassphrase ?? null}::text, network_passphrase) and id = (
      select id from backfills where first = ${first} and last = ${last} order by requested_at desc limit 1
    )`;
  return row?.id ?? null;
}

async function insertBackfill(tx: Transaction, request: BackfillRequest): Promise<string> {
  const { first, last, chunkLedgers = CHUNK_LEDGERS } = request;
  const networkPassphrase = await requireAllowed(tx, request);
  await requireNoOther(tx, request);
  const missing = await missingLedgers(tx, request);
  const parts = missing.flatMap(byPartition);
  const partitions = await attachedPartitions(tx);
  const id = randomUUID();
  const { sql } = tx;
  await sql`
    insert into backfills (id, first, last, network_passphrase, chunk_ledgers, requested_at, ended_at)
    select ${id}, ${first}, ${last}, ${networkPassphrase}, ${chunkLedgers}, now,
           case when ${parts.length}::int4 = 0 then now end
    from clock_timestamp() as now`;
  const values = parts.map((part) => ({ ...part, staged: !partitions.has(partitionStart(part.first)) }));
  await sql.unsafe(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  // What a backfill that was cancelled could not drop.
  await dropStagedTables(
    tx,
    parts.map(({ first: start }) => partitionStart(start)),
  );
  await sql`
    insert into backfill_parts (backfill, first, last, is_staged)
    select ${id}::uuid, first, last, staged
    from json_to_recordset(${JSON.stringify(values)}::text::json) as part (first int8, last int8, staged bool)`;
  return id;
}

/** Returns the passphrase of the network. */
async function requireAllowed(
  tx: Transaction,
  { first, last, networkPassphrase }: BackfillRequest,
): Promise<string> {
  const range = `ledgers ${first} to ${last}`;
  if (!(first >= 1 && first <= last)) {
    throw new BackfillRangeError(range, 'a first ledger of at least 1 and not after the last', 'correct it');
  }
  const cursor = await selectCursor(tx);
  if (cursor === null) {
    throw new BackfillRangeError(
      'no ledger stored',
      'a newer one than those of the range',
      'let a worker follow the tip first',
    );
  }
  if (networkPassphrase !== undefined && cursor.networkPassphrase !== networkPassphrase) {
    throw new NetworkMismatchError(cursor.networkPassphrase, networkPassphrase);
  }
  if (last > cursor.sequence) {
    throw new BackfillRangeError(
      range,
      `none after ledger ${cursor.sequence}, which is the last one stored`,
      'ask for older ones: those after it are stored by `ledger-ingest`',
    );
  }
  const [horizon] = await tx.sql<{ from: number }[]>`
    select facts_from::float8 as from from retention_horizon`;
  if (first < (horizon?.from ?? 0)) {
    throw new BackfillRangeError(
      range,
      `none before ledger ${horizon?.from}, where what retention keeps begins`,
      'ask for newer ones: RETENTION_DAYS says what is kept',
    );
  }
  return cursor.networkPassphrase;
}

async function requireNoOther({ sql }: Transaction, { first, last }: BackfillRange): Promise<void> {
  const [other] = await sql<(BackfillRange & { id: string })[]>`
    select id::text, first::float8 as first, last::float8 as last from backfills
    where ended_at is null and first < ${partitionStart(last) + PARTITION_LEDGERS}::int8
      and last >= ${partitionStart(first)}::int8
    order by first limit 1`;
  if (other !== undefined) throw new BackfillOverlapError(other.id, other);
}

/** Oldest first: what is before the first ledger stored, and what is in gaps. */
async function missingLedgers(tx: Transaction, { first, last }: BackfillRange): Promise<BackfillRange[]> {
  const [stored] = await tx.sql<{ first: number | null }[]>`
    select min(sequence)::float8 as first from ledgers`;
  const before = Math.min(last, (stored?.first ?? Infinity) - 1);
  const gaps = await readGapsBetween(tx, first, last);
  return [
    ...(first <= before ? [{ first, last: before }] : []),
    ...gaps.map(({ from, to }) => ({ first: from, last: to })),
  ];
}

/** The first ledgers of the partitions that any table of facts has, or has a part of. */
async function attachedPartitions(tx: Transaction): Promise<Set<number>> {
  const starts = new Set<number>();
  for (const table of FACT_TABLES) {
    for (const { first, next } of await partitionsOf(tx, table)) {
      for (let start = partitionStart(Number(first)); start < next; start += PARTITION_LEDGERS)
        starts.add(start);
    }
  }
  return starts;
}
