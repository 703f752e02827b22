import { windowStart } from '../corridors/window.ts';
import { corridorsBetween } from '../corridors/corridors-between.ts';
import { selectCursor } from '../ledgers/cursor.ts';
import type { Database, Fragment } from '../database.ts';
import { transaction, type Transaction } from '../transaction.ts';

/** A state is about so much time before the close of the last ledger. */
export const STATE_WINDOW_MS = 86_400_000;

/*
 * Which corridors to look at. The numbers of a corridor change when attempts enter its window or leave it. Whatever enters is
 * counted in buckets that are computed again: `markChanged` runs in that transaction. Whatever leaves is in the buckets that the
 * beginning of the window has passed: `markLeft` moves it on.
 */

/** Marks corridors one of whose buckets was computed again. `corridors`: a select of their assets. `until`: the bucket's end. */
export async function markChanged(
  { sql }: Transaction,
  { corridors, until }: { readonly corridors: Fragment; readonly until: string },
): Promise<void> {
  // Older buckets are in no window. Before the first publication, `markLeft` marks all corridors itself.
  await sql`
    insert into corridor_changes (source_asset, dest_asset)
    select source_asset, dest_asset from (${corridors}) corridors
    where exists (select from corridor_publication where window_from < ${until}::timestamptz)`;
}

/** Marks the corridors whose attempts have left the window since it was last called; the first time, all in the window. */
export async function markLeft(db: Database): Promise<void> {
  await transaction(db, async (tx) => {
    const { sql } = tx;
    const [publication] = await sql<{ from: number | null }[]>`
      select (extract(epoch from window_from) * 1000)::float8 as from from corridor_publication for update`;
    const cursor = await selectCursor(tx);
    if (cursor === null) return;
    const from = windowStart(cursor.closedAt, { windowMs: STATE_WINDOW_MS });
    const before = publication?.from ?? null;
    if (before !== null && before >= from) return;
    await sql`
      insert into corridor_changes (source_asset, dest_asset) ${corridorsThatLeft(tx, before, from)}`;
    await sql`update corridor_publication set window_from = ${new Date(from).toISOString()}`;
  });
}

function corridorsThatLeft(tx: Transaction, before: number | null, from: number): Fragment {
  if (before === null) return corridorsBetween(tx, from, null);
  if (from - before < STATE_WINDOW_MS) return corridorsBetween(tx, before, from);
  // Of the window before, nothing is left.
  return tx.sql`select source_asset, dest_asset from corridor_states where attempts + self_attempts > 0`;
}
