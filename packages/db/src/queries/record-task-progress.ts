import { sql } from 'drizzle-orm';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { taskStatus } from '../tables/task-status.ts';

/** The task has done something, so nothing stops it. `tip`: the newest ledger its source has spoken of. */
export async function recordTaskProgress(
  db: Database,
  task: string,
  { tip }: { readonly tip?: LedgerSequence } = {},
): Promise<void> {
  const progress = {
    errorCode: null,
    errorMessage: null,
    errorAt: null,
    progressAt: sql`clock_timestamp()`,
    ...(tip === undefined ? {} : { tip }),
  };
  await db.run(({ drizzle }) =>
    drizzle
      .insert(taskStatus)
      .values({ task, ...progress })
      .onConflictDoUpdate({ target: taskStatus.task, set: progress }),
  );
}
