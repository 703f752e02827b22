import { eq } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { taskStatus } from '../tables/task-status.ts';

/** The task goes well again, though it may have had nothing to do. */
export async function clearTaskError(db: Database, task: string): Promise<void> {
  await db.run(({ drizzle }) =>
    drizzle
      .update(taskStatus)
      .set({ errorCode: null, errorMessage: null, errorAt: null })
      .where(eq(taskStatus.task, task)),
  );
}
