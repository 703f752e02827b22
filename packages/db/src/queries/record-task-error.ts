import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { storableText } from '../facts/memo-columns.ts';
import { taskStatus } from '../tables/task-status.ts';

const MESSAGE_LENGTH = 2000;

/** Says what stops a task, until it is cleared or the task makes progress. */
export async function recordTaskError(db: Database, task: string, error: unknown): Promise<void> {
  const failed = {
    errorCode: codeOf(error),
    errorMessage: storableText(error instanceof Error ? error.message : String(error)).slice(
      0,
      MESSAGE_LENGTH,
    ),
    errorAt: sql`clock_timestamp()`,
  };
  await db.run(({ drizzle }) =>
    drizzle
      .insert(taskStatus)
      .values({ task, ...failed })
      .onConflictDoUpdate({ target: taskStatus.task, set: failed }),
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
