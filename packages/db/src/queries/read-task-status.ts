import { asc } from 'drizzle-orm';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Database } from '../database.ts';
import { taskStatus } from '../tables/task-status.ts';

export interface TaskStatus {
  readonly task: string;
  /** What stops it; null if its last step went well. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: Date } | null;
  /** The newest ledger its source has spoken of; null if it has none, or not yet. */
  readonly tip: LedgerSequence | null;
  readonly lastProgressAt: Date | null;
}

/** Of every task that has ever said something, by name. */
export async function readTaskStatus(db: Database): Promise<TaskStatus[]> {
  const rows = await db.run(({ drizzle }) => drizzle.select().from(taskStatus).orderBy(asc(taskStatus.task)));
  return rows.map(({ task, errorCode, errorMessage, errorAt, tip, progressAt }) => ({
    task,
    lastError:
      errorCode === null || errorMessage === null || errorAt === null
        ? null
        : { code: errorCode, message: errorMessage, at: errorAt },
    tip,
    lastProgressAt: progressAt,
  }));
}
