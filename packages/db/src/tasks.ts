import type { LedgerSequence } from '@stellar-insights/ledger';
import { errorCode } from '@stellar-insights/runtime/errors';
import type { Database, RunOptions } from './database.ts';
import { storableText } from './sql.ts';

/** A tip that was reported longer ago is an old value. */
const TIP_SECONDS = 30;
const MESSAGE_LENGTH = 2000;

/** The code of the error of a task for which nothing reports any more. */
export const QUEUE_STALLED = 'queue_stalled';

/** What a task has recorded. Ages are measured by the database's clock. */
export interface TaskStatus {
  readonly task: string;
  /** What stops the task: its own error, or `queue_stalled` if its next report is overdue. Null if nothing does. */
  readonly lastError: TaskError | null;
  /** The newest ledger of the task's source; null if the source has not reported it within the last 30 s. */
  readonly tip: LedgerSequence | null;
  readonly tipAt: Date | null;
  readonly lastProgressAt: Date | null;
  readonly progressAgeMs: number | null;
  /** What the task waits for, in words; null if it waits for nothing. */
  readonly waitingFor: string | null;
  readonly waitingSince: Date | null;
}

export interface TaskError {
  readonly code: string;
  readonly message: string;
  /** Of the first failure with this code since the last progress. */
  readonly since: Date;
  /** Of the last failure. */
  readonly at: Date;
  /** Milliseconds since `since`. */
  readonly ageMs: number;
}

/** The code of the error of a source whose newest ledger is below the last one stored. */
export const SOURCE_BEHIND = 'source_behind';

/**
 * The newest ledger of the source, as the task that follows it reports, and how many ledgers it is ahead of the last one
 * stored. A ledger stored since that report was in the source too, unless the source is behind.
 */
export function reportedTip(
  follower: TaskStatus | undefined,
  cursor: number | null,
): { readonly tip: number | null; readonly lagLedgers: number | null } {
  const reported = follower?.tip ?? null;
  if (reported === null || cursor === null) return { tip: reported, lagLedgers: null };
  if (follower?.lastError?.code === SOURCE_BEHIND) return { tip: reported, lagLedgers: null };
  const tip = Math.max(reported, cursor);
  return { tip, lagLedgers: tip - cursor };
}

interface TaskRow extends Omit<TaskStatus, 'lastError'> {
  readonly code: string | null;
  readonly message: string | null;
  readonly since: Date | null;
  readonly at: Date | null;
  readonly dueAt: Date | null;
  readonly now: Date;
}

/** Of every task that has recorded anything, by name. */
export async function readTaskStatus(db: Database, options?: RunOptions): Promise<TaskStatus[]> {
  const rows = await db.run(
    ({ sql }) => sql<TaskRow[]>`
      select task, error_code as code, error_message as message, error_at as at,
             coalesce(error_since, error_at) as since,
             case when tip_at > now - make_interval(secs => ${TIP_SECONDS}) then tip::float8 end as tip,
             tip_at as "tipAt", progress_at as "lastProgressAt",
             (extract(epoch from now - progress_at) * 1000)::float8 as "progressAgeMs",
             waiting_for as "waitingFor", waiting_since as "waitingSince", due_at as "dueAt", now
      from task_status, clock_timestamp() as now order by task`,
    options,
  );
  return rows.map((row) => {
    const { code, message, since, at, dueAt, now, ...status } = row;
    return { ...status, lastError: overdue(row) ?? recorded(row) };
  });
}

function recorded({ code, message, since, at, now }: TaskRow): TaskError | null {
  if (code === null || message === null || since === null || at === null) return null;
  return { code, message, since, at, ageMs: now.getTime() - since.getTime() };
}

/** The error that no process can record, since none is left that serves the task. */
function overdue(row: TaskRow): TaskError | null {
  const { task, dueAt: since, now: at } = row;
  if (since === null || since >= at) return null;
  const last = recorded(row);
  const message =
    `found no report of ${task}, expected one by ${since.toISOString()}; ` +
    'see whether a worker with its role runs, and whether Redis answers it' +
    (last === null ? '' : `; the last report was ${last.code}: ${last.message}`);
  return { code: QUEUE_STALLED, message, since, at, ageMs: at.getTime() - since.getTime() };
}

interface ReportOptions {
  /** Milliseconds until the next report is due; if not set, none is expected. */
  readonly dueInMs?: number | undefined;
}

/** Expects a report of a task, unless one is expected already. */
export async function expectTaskReport(db: Database, task: string, dueInMs: number): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, due_at)
      values (${task}, clock_timestamp() + make_interval(secs => ${dueInMs / 1000}))
      on conflict (task) do update set due_at = coalesce(stored.due_at, excluded.due_at)`,
  );
}

/** Records what stops a task, until the task makes progress. */
export async function recordTaskError(
  db: Database,
  task: string,
  error: unknown,
  { dueInMs }: ReportOptions = {},
): Promise<void> {
  const message = storableText(error instanceof Error ? error.message : String(error));
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, error_code, error_message, error_at, error_since, due_at)
      select ${task}, ${errorCode(error)}, ${message.slice(0, MESSAGE_LENGTH)}, now, now,
             now + make_interval(secs => ${seconds(dueInMs)})
      from clock_timestamp() as now
      on conflict (task) do update set
        error_code = excluded.error_code, error_message = excluded.error_message, error_at = excluded.error_at,
        error_since = case when stored.error_code = excluded.error_code
                           then coalesce(stored.error_since, stored.error_at) else excluded.error_since end,
        waiting_for = null, waiting_since = null, due_at = excluded.due_at`,
  );
}

export interface ProgressReport extends ReportOptions {
  /** The newest ledger that the task's source has reported just now. */
  readonly tip?: LedgerSequence;
}

/** Records that a task has done something, so nothing stops it. */
export async function recordTaskProgress(
  db: Database,
  task: string,
  { tip, dueInMs }: ProgressReport = {},
): Promise<void> {
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, tip, tip_at, progress_at, due_at)
      select ${task}, ${tip ?? null}::bigint, case when ${tip ?? null}::bigint is not null then now end, now,
             now + make_interval(secs => ${seconds(dueInMs)})
      from clock_timestamp() as now
      on conflict (task) do update set
        error_code = null, error_message = null, error_at = null, error_since = null,
        tip = coalesce(excluded.tip, stored.tip), tip_at = coalesce(excluded.tip_at, stored.tip_at),
        progress_at = excluded.progress_at, waiting_for = null, waiting_since = null, due_at = excluded.due_at`,
  );
}

export interface WaitReport extends ReportOptions {
  /** The newest ledger that the task's source reports now; null if it has none, or does not answer. */
  readonly tip: LedgerSequence | null;
  /** What the task waits for, in words; null if it waits for nothing. */
  readonly waitingFor: string | null;
  /** Whether the error is over, although there was no progress: there is nothing to do. */
  readonly recovered: boolean;
}

/** Records that a task is served, and what it waits for. It is no progress. */
export async function recordTaskWait(db: Database, task: string, report: WaitReport): Promise<void> {
  const { tip, waitingFor, recovered, dueInMs } = report;
  const waits = waitingFor === null ? null : storableText(waitingFor);
  await db.run(
    ({ sql }) => sql`
      insert into task_status as stored (task, tip, tip_at, waiting_for, waiting_since, due_at)
      select ${task}, ${tip}::bigint, now, ${waits}::text, case when ${waits}::text is not null then now end,
             now + make_interval(secs => ${seconds(dueInMs)})
      from clock_timestamp() as now
      on conflict (task) do update set
        error_code = case when ${recovered} then null else stored.error_code end,
        error_message = case when ${recovered} then null else stored.error_message end,
        error_at = case when ${recovered} then null else stored.error_at end,
        error_since = case when ${recovered} then null else stored.error_since end,
        tip = excluded.tip, tip_at = excluded.tip_at, waiting_for = excluded.waiting_for,
        waiting_since = case when stored.waiting_for = excluded.waiting_for then stored.waiting_since
                             else excluded.waiting_since end,
        due_at = excluded.due_at`,
  );
}

/** Null makes an interval, and so a time, that is null. */
function seconds(ms: number | undefined): number | null {
  return ms === undefined ? null : ms / 1000;
}
