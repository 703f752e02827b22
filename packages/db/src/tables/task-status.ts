import { pgTable, text } from './drizzle.ts';
import { ledgerSequence, time } from './columns.ts';

/** What each task last recorded of itself. */
export const taskStatus = pgTable('task_status', {
  task: text('task').primaryKey(),
  /** Stable code of the error; null if the last step succeeded. */
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  errorAt: time('error_at'),
  /** The newest ledger that the source has reported. */
  tip: ledgerSequence('tip'),
  progressAt: time('progress_at'),
  /** When the task first failed with this code since its last progress. */
  errorSince: time('error_since'),
  /** When the source reported the tip. */
  tipAt: time('tip_at'),
  /** What the task waits for, in words; null if it waits for nothing. */
  waitingFor: text('waiting_for'),
  waitingSince: time('waiting_since'),
  /** When the task must have reported something again; null if nobody expects it to. */
  dueAt: time('due_at'),
});
