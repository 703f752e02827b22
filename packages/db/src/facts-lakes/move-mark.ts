import type { LedgerRange } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { readGapsBetween } from '../ledgers/gaps.ts';
import { readKeptLedgers } from '../ledgers/stored-ledgers.ts';
import { transaction, type Transaction } from '../transaction.ts';

/**
 * Moves a lake's mark to where `markOf` says, given the ranges of ledgers that are stored with their facts. Ledgers that are
 * stored below the mark afterwards lower it again: nobody can store any between the look and the move.
 */
export async function moveLakeMark(
  db: Database,
  url: string,
  markOf: (stored: readonly LedgerRange[]) => number,
): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into facts_lakes (url, complete_before) values (${url}, 0) on conflict do nothing`,
  );
  await transaction(db, async (tx) => {
    const { sql } = tx;
    await sql`select from facts_lakes where url = ${url} for update`;
    const mark = markOf(await readRangesWithFacts(tx));
    await sql`update facts_lakes set complete_before = ${mark} where url = ${url}`;
  });
}

/** The ranges of stored ledgers whose contents retention has not dropped, oldest first. */
async function readRangesWithFacts(tx: Transaction): Promise<LedgerRange[]> {
  const kept = await readKeptLedgers(tx);
  if (kept === null) return [];
  const { firstWithFacts: from, last: to } = kept;
  const gaps = await readGapsBetween(tx, from, to);
  const starts = [from, ...gaps.map((gap) => gap.to + 1)];
  const ends = [...gaps.map((gap) => gap.from - 1), to];
  return starts.map((start, place) => ({ from: start, to: ends[place] ?? to }));
}
