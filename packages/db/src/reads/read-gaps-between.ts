import type { LedgerGap } from '../queries/read-gaps.ts';
import type { Transaction } from '../transaction.ts';

/** The ledgers that are missing between two that are stored, oldest first. */
export async function readGapsBetween({ sql }: Transaction, from: number, to: number): Promise<LedgerGap[]> {
  const gaps = await sql<LedgerGap[]>`
    select (sequence + 1)::float8 as from, (next - 1)::float8 as to
    from (select sequence, lead(sequence) over (order by sequence) as next from ledgers
          where sequence between ${from} and ${to}) each
    where next > sequence + 1
    order by sequence`;
  return [...gaps];
}
