import type { Database, Executor, RunOptions } from '../database.ts';
import type { Transaction } from '../transaction.ts';

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
  return db.run((executor) => selectGaps(executor, { limit }), { signal });
}

/** The gaps between `from` and `to`, oldest first. */
export function readGapsBetween(tx: Transaction, from: number, to: number): Promise<LedgerGap[]> {
  return selectGaps(tx, { from, to });
}

interface GapRange {
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
}

async function selectGaps({ sql }: Executor, { from, to, limit }: GapRange): Promise<LedgerGap[]> {
  const range =
    from === undefined || to === undefined ? sql`` : sql`where sequence between ${from} and ${to}`;
  const gaps = await sql<LedgerGap[]>`
    select (sequence + 1)::float8 as from, (next - 1)::float8 as to
    from (select sequence, lead(sequence) over (order by sequence) as next from ledgers ${range}) each
    where next > sequence + 1
    order by sequence limit ${limit ?? null}`;
  return [...gaps];
}
