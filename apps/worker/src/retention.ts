import type { Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { applyRetention, ensurePartitions, type RetentionOptions } from '@stellar-insights/db/partitions';
import type { Log } from '@stellar-insights/runtime/log';

interface MaintenanceOptions extends Pick<RetentionOptions, 'factsLakeUrl'> {
  readonly retentionDays: number | undefined;
  readonly log: Log;
}

/** Creates the partitions ahead of the cursor, and drops those that are older than `retentionDays`. */
export async function maintainPartitions(
  db: Database,
  { retentionDays, factsLakeUrl, log }: MaintenanceOptions,
): Promise<void> {
  const cursor = await readCursor(db);
  if (cursor === null) return;
  await ensurePartitions(db, cursor.sequence);
  if (retentionDays === undefined) return;
  const { dropped, kept } = await applyRetention(db, { retentionDays, factsLakeUrl });
  if (dropped.length > 0) log.info({ partitions: dropped }, `dropped ${dropped.length} expired partitions`);
  for (const { partition, reason } of kept) {
    const message = `${partition} is too old and could not be dropped (${reason}): a reader holds it; the next run tries again`;
    log.warn({ partition, reason }, message);
  }
}
