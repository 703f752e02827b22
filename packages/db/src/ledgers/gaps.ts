import type { Database, Executor, RunOptions } from '../database.ts';
import { lowerLakeMarks } from '../facts-lakes/lake-marks.ts';
import type { Transaction } from '../transaction.ts';

/* Gaps are rows, so that to know them costs nothing that grows with the ledgers stored. */

export interface LedgerGap {
  /** First and last ledger that is not stored though some before and some after it are. */
  readonly from: number;
  readonly to: number;
}

/** Oldest first, `limit` at most. */
export function readGaps(
  db: Database,
  { limit = 100, signal }: { readonly limit?: number } & Pick<RunOptions, 'signal'> = {},
): Promise<LedgerGap[]> {
  return db.run(
    async ({ sql }) => [
      ...(await sql<LedgerGap[]>`
        select first::float8 as from, last::float8 as to from ledger_gaps order by first limit ${limit}`),
    ],
    { signal },
  );
}

/** The ledgers from `from` to `to` that are missing, oldest first. */
export async function readGapsBetween({ sql }: Transaction, from: number, to: number): Promise<LedgerGap[]> {
  // Gaps do not overlap: only the last one that begins before the range can reach into it.
  const gaps = await sql<LedgerGap[]>`
    select greatest(first, ${from})::float8 as from, least(last, ${to})::float8 as to
    from ledger_gaps
    where first between coalesce((select max(first) from ledger_gaps where first <= ${from}), ${from}) and ${to}
      and last >= ${from}
    order by first`;
  return [...gaps];
}

/** Records the ledgers between the newest one stored and this one, which the same transaction stores, as missing. */
export async function openGapBefore({ sql }: Executor, sequence: number): Promise<void> {
  await sql`
    insert into ledger_gaps (first, last)
    select max(sequence) + 1, ${sequence}::int8 - 1 from ledgers where sequence < ${sequence}
    having max(sequence) + 1 < ${sequence}`;
}

/**
 * Records the ledgers between these and the next one stored as missing, if these are now the first ones stored. Their
 * transaction has `fillGap` before it.
 */
export async function openGapAfter({ sql }: Transaction, { from, to }: LedgerGap): Promise<void> {
  await sql`
    insert into ledger_gaps (first, last)
    select ${to}::int8 + 1, min(sequence) - 1 from ledgers where sequence > ${to}
    having min(sequence) > ${to}::int8 + 1 and not exists (select from ledgers where sequence < ${from})`;
}

/**
 * Takes ledgers out of the gaps that they lie in, in the transaction that stores them: a gap becomes shorter, two, or none.
 * Until that transaction ends, no other one can change a gap. What the ledgers name is to be looked up.
 */
export async function fillGap(tx: Transaction, { from, to }: LedgerGap): Promise<void> {
  const { sql } = tx;
  // A split makes rows that a second one, which waits for the same row, would not see.
  await sql`lock table ledger_gaps in share row exclusive mode`;
  await sql`
    with filled as (
      delete from ledger_gaps where first <= ${to} and last >= ${from} returning first, last
    )
    insert into ledger_gaps (first, last)
    select first, ${from}::int8 - 1 from filled where first < ${from}
    union all
    select ${to}::int8 + 1, last from filled where last > ${to}`;
  await sql`insert into unnamed_ledgers (first, last) values (${from}, ${to})`;
  await lowerLakeMarks(tx, from);
}
