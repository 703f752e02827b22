import { pgTable, text } from 'drizzle-orm/pg-core';
import { ledgerSequence, time } from './columns.ts';

/** How each task is doing, as far as it could be said. */
export const taskStatus = pgTable('task_status', {
  task: text('task').primaryKey(),
  /** Stable code of the error; null if the last step went well. */
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  errorAt: time('error_at'),
  /** The newest ledger the source has spoken of. */
  tip: ledgerSequence('tip'),
  progressAt: time('progress_at'),
});
