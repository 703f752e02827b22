import { TransactionConflictError, type Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { trimLog } from '@stellar-insights/db/log';
import { dropExpiredPartitions, ensurePartitions } from '@stellar-insights/db/partitions';
import type { Log } from '@stellar-insights/runtime/log';

/** Creates the partitions ahead of the cursor, and drops those that are older than `retentionDays`. */
export async function applyRetention(
  db: Database,
  { retentionDays, log }: { readonly retentionDays: number | undefined; readonly log: Log },
): Promise<void> {
  const cursor = await readCursor(db);
  if (cursor === null) return;
  await ensurePartitions(db, cursor.sequence);
  if (retentionDays === undefined) return;
  await trimLog(db, { retentionDays });
  try {
    const { dropped } = await dropExpiredPartitions(db, { retentionDays });
    if (dropped.length > 0) log.info({ partitions: dropped }, `dropped ${dropped.length} expired partitions`);
  } catch (error) {
    // A reader held one of them: the next run drops it.
    if (!(error instanceof TransactionConflictError)) throw error;
  }
}
