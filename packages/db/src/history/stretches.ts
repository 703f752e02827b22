import { ledgerOfOperation, operationAt, type OperationId } from '@stellar-insights/ledger';
import { PARTITION_LEDGERS } from '../partitions/fact-partitions.ts';
import type { Transaction } from '../transaction.ts';
import type { HistoryRange, Place } from './row-order.ts';

/* A list is read in stretches of ledgers, so that it locks few partitions at once, however many there are. */

/** Partitions that are read at once, and locked. */
export const MOST_AT_ONCE = 4;

/** Partitions that a page looks into, and those that a look-up of a hash does, which finds nothing in all but one of them. */
export const PARTITIONS_OF_PAGE = 15;
export const PARTITIONS_OF_HASH = 240;

export interface Stretch extends HistoryRange {
  readonly beyond: Place | undefined;
  /** What follows begins beyond it. */
  readonly end: Place;
}

export interface WholeList {
  readonly oldestFirst: boolean;
  /** The list begins beyond this place. */
  readonly beyond: Place | undefined;
  readonly range: HistoryRange;
  /** How many are looked into. */
  readonly partitions: number;
}

/**
 * Reads stretch by stretch until `read` returns true. The first is within one partition, the next ones are wider. What is
 * locked for one is unlocked after it. Returns where the list goes on: null if `read` returned true, or at its end.
 */
export async function readStretches(
  tx: Transaction,
  { oldestFirst, beyond, range, partitions }: WholeList,
  read: (stretch: Stretch) => Promise<boolean>,
): Promise<Place | null> {
  const { sql } = tx;
  await sql`savepoint stretch`;
  let place = beyond;
  for (let width = 1, seen = 0; ; seen += width, width = Math.min(2 * width, MOST_AT_ONCE)) {
    const first = await firstLedger(tx, { oldestFirst, beyond: place, range });
    if (first === null) return null;
    if (place !== undefined && seen + width > partitions) return place;
    const partition = first - (first % PARTITION_LEDGERS);
    const from = oldestFirst ? first : Math.max(range.from, partition - (width - 1) * PARTITION_LEDGERS);
    const to = oldestFirst ? Math.min(range.to, partition + width * PARTITION_LEDGERS - 1) : first;
    // No operation has either position.
    const end = { operationId: oldestFirst ? operationAt(to, 2 ** 32 - 1) : operationAt(from, 0) };
    const isEnough = await read({ ...range, from, to, beyond: place, end });
    // Nothing was written: this only gives the locks back, and keeps the snapshot.
    await sql`rollback to savepoint stretch`;
    if (isEnough) return null;
    place = end;
  }
}

/** The first ledger stored, in the order of the list, that can have rows beyond a place. Null if there is none. */
async function firstLedger(
  { sql }: Transaction,
  { oldestFirst, beyond, range }: Omit<WholeList, 'partitions'>,
): Promise<number | null> {
  const direction = sql.unsafe(oldestFirst ? 'asc' : 'desc');
  const starts = [range.from];
  const ends = [range.to];
  if (range.after !== undefined) starts.push(ledgerAfter(range.after));
  if (range.before !== undefined) ends.push(ledgerBefore(range.before));
  // Rows of the same operation may follow.
  if (beyond !== undefined && oldestFirst) starts.push(ledgerAfter(beyond.operationId));
  if (beyond !== undefined && !oldestFirst) ends.push(ledgerBefore(beyond.operationId));
  const [row] = await sql<{ ledger: number }[]>`
    select sequence::float8 as ledger from ledgers
    where sequence between ${Math.max(...starts)}::int8 and ${Math.min(...ends)}::int8
    order by sequence ${direction} limit 1`;
  return row?.ledger ?? null;
}

/** Of the operations with greater ids, and with lesser ones. */
function ledgerAfter(id: OperationId): number {
  return ledgerOfOperation((id + 1n) as OperationId);
}

function ledgerBefore(id: OperationId): number {
  return ledgerOfOperation((id - 1n) as OperationId);
}
