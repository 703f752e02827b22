import type { Database } from '../database.ts';
import { transaction } from '../transaction.ts';
import { recomputeBuckets } from './recompute-buckets.ts';

/**
 * Computes the corridor buckets again that ledgers have touched since the last time, newest first, so that the cost is
 * that of what changed. `limit` bounds how many spans of five minutes one call takes; `remaining` says whether more wait.
 *
 * @throws TransactionConflictError if another sync got in the way again and again.
 */
export async function syncCorridorBuckets(
  db: Database,
  { limit }: { readonly limit: number },
): Promise<{ buckets: number; remaining: boolean }> {
  const dirty = await db.run(
    ({ sql }) => sql<{ start: string }[]>`
      select distinct bucket_start as start from dirty_corridor_buckets order by bucket_start desc limit ${limit + 1}`,
  );
  let buckets = 0;
  for (const { start } of dirty.slice(0, limit)) {
    buckets += await transaction(db, (tx) => recomputeBuckets(tx, start), {
      isolation: 'repeatable read',
      attempts: 5,
    });
  }
  return { buckets, remaining: dirty.length > limit };
}
