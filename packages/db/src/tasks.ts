import type { LedgerSequence } from '@stellar-insights/ledger';
import { errorCode } from '@stellar-insights/runtime/errors';
import type { Database, RunOptions } from './database.ts';
import { storableText } from './sql.ts';

export interface TaskStatus {
  readonly task: string;
  /** What stops the task; null if its last step succeeded. */
  readonly lastError: TaskError | null;
  /** The newest ledger that the task's source has reported, and when; null if there is none. */
  readonly tip: LedgerSequence | null;
  readonly tipAt: Date | null;
  readonly lastProgressAt: Date | null;
  /** What the task waits for, in words; null if it waits for nothing. */
  readonly waitingFor: string | null;
}

export interface TaskError {
  readonly code: string;
  readonly message: string;
  /** Of the first failure with this code since the last progress. */
  readonly since: Date;
  /** Of the last failure. */
  readonly at: Date;
}

type TaskRow = Omit<TaskStatus, 'lastError'> & { readonly [Fact in keyof TaskError]: TaskError[Fact] | null };

const MESSAGE_LENGTH = 2000;

/** Of every task that has recorded anything, by name. */
export async function readTaskStatus(
  db: Database,
  options?: Pick<RunOptions, 'signal'>,
): Promise<TaskStatus[]> {
  const rows = await db.run(
    ({ sql }) => sql<TaskRow[]>`
      select task, error_code as code, error_message as message, error_at as at,
             coalesce(error_since, error_at) as since, tip::float8 as tip, tip_at as "tipAt",
             progress_at as "lastProgressAt", waiting_for as "waitingFor"
      from task_status order by task`,
    options,
  );
  return rows.map(({ code, message, since, at, ...status }) => ({
    ...status,
    lastError:
      code === null || message === null || since === null || at === null
        ? null
        : { code, message, since, at },
  }));
}

/** Records what stops a task, until the task makes progress. */
export async function recordTaskError(db: Database, task: string, error: unknown): Promise<void> {
  const message = storableText(error instanceof Error ? error.message : String(error));
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, error_code, error_message, error_at, error_since)
      select ${task}, ${errorCode(error)}, ${message.slice(0, MESSAGE_LENGTH)}, now, now
      from clock_timestamp() as now
      on conflict (task) do update set
        error_code = excluded.error_code, error_message = excluded.error_message, error_at = excluded.error_at,
        error_since = case when stored.error_code = excluded.error_code
                           then coalesce(stored.error_since, stored.error_at) else excluded.error_since end,
        waiting_for = null`,
  );
}

export interface TaskReport {
  /** The newest ledger that the task's source has reported just now. */
  readonly tip?: LedgerSequence;
  /** What the task waits for, in words; default: nothing. */
  readonly waitingFor?: string;
}

/** Records that a task has done something, so nothing stops it. */
export async function recordTaskProgress(db: Database, task: string, report: TaskReport = {}): Promise<void> {
  const tip = report.tip ?? null;
  const waitingFor = report.waitingFor === undefined ? null : storableText(report.waitingFor);
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, tip, tip_at, progress_at, waiting_for)
      select ${task}, ${tip}::bigint, case when ${tip}::bigint is not null then now end, now, ${waitingFor}
      from clock_timestamp() as now
      on conflict (task) do update set
        error_code = null, error_message = null, error_at = null, error_since = null,
        tip = coalesce(excluded.tip, stored.tip), tip_at = coalesce(excluded.tip_at, stored.tip_at),
        progress_at = excluded.progress_at, waiting_for = excluded.waiting_for`,
  );
}
