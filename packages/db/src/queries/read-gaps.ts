import type { Database } from '../database.ts';

export interface LedgerGap {
  /** First and last ledger that is not stored though some before and some after it are. */
  readonly from: number;
  readonly to: number;
}

/** Oldest first, `limit` at most. */
export async function readGaps(
  db: Database,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<LedgerGap[]> {
  const gaps = await db.run(
    ({ sql }) => sql<LedgerGap[]>`
      select (sequence + 1)::float8 as from, (next - 1)::float8 as to
      from (select sequence, lead(sequence) over (order by sequence) as next from ledgers) each
      where next > sequence + 1
      order by sequence limit ${limit}`,
  );
  return [...gaps];
}
