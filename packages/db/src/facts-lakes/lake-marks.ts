import type { Executor } from '../database.ts';
import type { Transaction } from '../transaction.ts';

/*
 * A facts lake says itself which chunks it has. The mark here only tells retention, which runs in another process, what it must
 * not drop yet.
 */

/** How far a facts lake is. */
export interface LakeMark {
  /** Without credentials. */
  readonly url: string;
  /** The lake has each chunk that begins before this ledger and of which all ledgers are stored. */
  readonly completeBefore: number;
}

/** Of every lake that was ever exported to, by URL. */
export async function listLakeMarks({ sql }: Executor): Promise<LakeMark[]> {
  const marks = await sql<LakeMark[]>`
    select url, complete_before::float8 as "completeBefore" from facts_lakes order by url`;
  return [...marks];
}

/** Ledgers from `ledger` on were stored, in the same transaction, and no lake need have them. */
export async function lowerLakeMarks({ sql }: Transaction, ledger: number): Promise<void> {
  // Marks below wait, too: whoever moves one at the same time cannot see these ledgers yet.
  await sql`update facts_lakes set complete_before = least(complete_before, ${ledger}::int8)`;
}
