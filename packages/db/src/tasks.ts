import type { LedgerSequence } from '@stellar-insights/ledger';
import { errorCode } from '@stellar-insights/runtime/errors';
import type { Database, RunOptions } from './database.ts';
import { storableText } from './sql.ts';

export interface TaskStatus {
  readonly task: string;
  /** What stops the task; null if its last step succeeded. */
  readonly lastError: { readonly code: string; readonly message: string; readonly at: Date } | null;
  /** The newest ledger that the task's source has reported; null if there is none. */
  readonly tip: LedgerSequence | null;
  readonly lastProgressAt: Date | null;
}

interface TaskRow extends Pick<TaskStatus, 'task' | 'tip' | 'lastProgressAt'> {
  readonly code: string | null;
  readonly message: string | null;
  readonly at: Date | null;
}

const MESSAGE_LENGTH = 2000;

/** Of every task that has recorded anything, by name. */
export async function readTaskStatus(
  db: Database,
  options?: Pick<RunOptions, 'signal'>,
): Promise<TaskStatus[]> {
  const rows = await db.run(
    ({ sql }) => sql<TaskRow[]>`
      select task, error_code as code, error_message as message, error_at as at,
             tip::float8 as tip, progress_at as "lastProgressAt"
      from task_status order by task`,
    options,
  );
  return rows.map(({ code, message, at, ...status }) => ({
    ...status,
    lastError: code === null || message === null || at === null ? null : { code, message, at },
  }));
}

/** Records what stops a task, until the task makes progress. */
export async function recordTaskError(db: Database, task: string, error: unknown): Promise<void> {
  const message = storableText(error instanceof Error ? error.message : String(error));
  await db.run(
    ({ sql }) => sql`
      insert into task_status (task, error_code, error_message, error_at)
      values (${task}, ${errorCode(error)}, ${message.slice(0, MESSAGE_LENGTH)}, clock_timestamp())
      on conflict (task) do update set
        error_code = excluded.error_code, error_message = excluded.error_message, error_at = excluded.error_at`,
  );
}

/** Records that a task has done something, so nothing stops it. `tip`: the newest ledger that its source has reported. */
export async function recordTaskProgress(
  db: Database,
  task: string,
  { tip }: { readonly tip?: LedgerSequence } = {},
): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, tip, progress_at)
      values (${task}, ${tip ?? null}, clock_timestamp())
      on conflict (task) do update set
        error_code = null, error_message = null, error_at = null,
        tip = coalesce(excluded.tip, stored.tip), progress_at = excluded.progress_at`,
  );
}
