import type { Database } from '@stellar-insights/db';
import {
  expectTaskReport,
  QUEUE_STALLED,
  recordTaskError,
  recordTaskProgress,
  recordTaskWait,
  SOURCE_BEHIND,
  type ProgressReport,
  type TaskStatus,
  type WaitReport,
} from '@stellar-insights/db/tasks';
import type { Clock } from '@stellar-insights/lifecycle';
import { errorCode } from '@stellar-insights/runtime/errors';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';

const RECORD_EVERY_MS = 1000;
/** How long an answer counts by which the source is behind. */
const BEHIND_COUNTS_MS = 10_000;

/** Errors that mean by themselves that a task has made no progress for too long. */
const STANDSTILLS = new Set([
  QUEUE_STALLED,
  SOURCE_BEHIND,
  'source_stalled',
  'lease_unavailable',
  'webhook_attempts_stalled',
  'backfill_stalled',
]);

export interface TaskHealthOptions {
  readonly db: Database;
  readonly log: Log;
  readonly clock: Clock;
  /** How long the task may go without a report, or fail in a way that can pass, before it stands still. */
  readonly reportWithinMs: number;
}

interface KnownError {
  readonly code: string;
  /** By the clock: when it was first reported, and when last. */
  readonly since: number;
  readonly at: number;
  /** Whether trying again will not help. */
  readonly lasting: boolean;
}

/**
 * Whether a task makes progress, and what stops it. Reports both to the log and to the database, which has the reports of all
 * workers and is the truth: `observe` takes over what another worker has reported since. A report never fails.
 */
export class TaskHealth {
  readonly task: string;
  readonly #options: TaskHealthOptions;
  readonly #errors: ErrorReminder;
  #error: KnownError | undefined;
  #progressAt: number | undefined;
  #waitingFor: string | null = null;
  #recordedAt = -Infinity;
  /** Reports that are being recorded, and when the last one was. */
  #recording = 0;
  #reportedAt = -Infinity;

  constructor(task: string, options: TaskHealthOptions) {
    this.task = task;
    this.#options = options;
    this.#errors = new ErrorReminder(options.log, { task }, options.clock);
  }

  /** The stable code of what stops the task; undefined if nothing does. */
  get errorCode(): string | undefined {
    return this.#error?.code;
  }

  /** Whether the last attempt failed, and the error is not that nothing happens. */
  get hasFailed(): boolean {
    return this.#error !== undefined && !STANDSTILLS.has(this.#error.code);
  }

  /** Whether the task makes no progress, and not only since a moment ago. */
  get isStandingStill(): boolean {
    if (this.#error === undefined) return false;
    const { code, lasting, since } = this.#error;
    return lasting || STANDSTILLS.has(code) || this.#now() - since > this.#options.reportWithinMs;
  }

  /** Milliseconds since any worker made progress; null if none has. */
  get progressAgeMs(): number | null {
    return this.#progressAt === undefined ? null : Math.max(0, this.#now() - this.#progressAt);
  }

  /** What the task waits for, in words; null if it waits for nothing. */
  get waitingFor(): string | null {
    return this.#waitingFor;
  }

  /** The task is served from now on, so a report of it is expected. */
  async served(): Promise<void> {
    await this.#record((db) => expectTaskReport(db, this.task, this.#options.reportWithinMs));
  }

  async failed(reason: unknown): Promise<void> {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    const code = errorCode(reason);
    const lasting = !('retryable' in error && error.retryable === true);
    this.#errors.occurred(error);
    if (!lasting && code !== SOURCE_BEHIND && this.#isBehind()) return;
    const at = this.#now();
    this.#error = { code, since: this.#error?.code === code ? this.#error.since : at, at, lasting };
    this.#waitingFor = null;
    await this.#record((db, due) => recordTaskError(db, this.task, reason, due));
  }

  /** Recorded once a second at most, but at once if an error is over. */
  async progressed(report: Pick<ProgressReport, 'tip'> = {}): Promise<void> {
    const now = this.#now();
    this.#progressAt = now;
    this.#waitingFor = null;
    const recovered = this.#recover();
    if (!recovered && now - this.#recordedAt < RECORD_EVERY_MS) return;
    this.#recordedAt = now;
    await this.#record((db, due) => recordTaskProgress(db, this.task, { ...report, ...due }));
  }

  /** The task is served, and nothing was done. */
  async waits(report: Omit<WaitReport, 'dueInMs'>): Promise<void> {
    this.#waitingFor = report.waitingFor;
    if (report.recovered) this.#recover();
    await this.#record((db, due) => recordTaskWait(db, this.task, { ...report, ...due }));
  }

  /**
   * What the database says about the task. It counts if this process has reported nothing since it was read.
   *
   * @param askedAt when the database was asked, by the clock
   */
  observe(status: TaskStatus, askedAt: number): void {
    if (this.#recording > 0 || this.#reportedAt >= askedAt) return;
    const now = this.#now();
    this.#progressAt = status.progressAgeMs === null ? undefined : now - status.progressAgeMs;
    this.#waitingFor = status.waitingFor;
    const { lastError } = status;
    if (lastError === null) {
      this.#recover();
      return;
    }
    const { code, ageMs, message } = lastError;
    const lasting = this.#error?.code === code && this.#error.lasting;
    this.#error = { code, since: now - ageMs, at: now, lasting };
    // The worker that met any other error logs it.
    if (code === QUEUE_STALLED) this.#errors.occurred(Object.assign(new Error(message), { code }));
  }

  /** While a source says that it is behind, the failures of reading from it add nothing. */
  #isBehind(): boolean {
    return this.#error?.code === SOURCE_BEHIND && this.#now() - this.#error.at < BEHIND_COUNTS_MS;
  }

  #recover(): boolean {
    if (this.#error === undefined) return false;
    this.#error = undefined;
    this.#errors.over();
    this.#options.log.info({ task: this.task }, `${this.task} makes progress again`);
    return true;
  }

  async #record(write: (db: Database, due: { dueInMs: number }) => Promise<void>): Promise<void> {
    const { db, reportWithinMs: dueInMs } = this.#options;
    this.#recording++;
    await write(db, { dueInMs }).catch(() => undefined);
    this.#recording--;
    this.#reportedAt = this.#now();
  }

  #now(): number {
    return this.#options.clock.now();
  }
}
