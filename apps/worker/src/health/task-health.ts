import type { Database } from '@stellar-insights/db';
import { recordTaskError, recordTaskProgress } from '@stellar-insights/db/tasks';
import type { LedgerSequence } from '@stellar-insights/ledger';
import type { Clock } from '@stellar-insights/lifecycle';
import { errorCode } from '@stellar-insights/runtime/errors';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';

const RECORD_EVERY_MS = 5000;

interface TaskHealthOptions {
  readonly db: Database;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Whether a task makes progress, and what stops it. Reports both to the log, to the database (for `status` and for the metrics
 * of all workers) and as `errorCode`, which does not need the database. A report never fails.
 */
export class TaskHealth {
  readonly task: string;
  readonly #db: Database;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #errors: ErrorReminder;
  #errorCode: string | undefined;
  #recordedAt = -Infinity;

  constructor(task: string, { db, log, clock }: TaskHealthOptions) {
    this.task = task;
    this.#db = db;
    this.#log = log;
    this.#clock = clock;
    this.#errors = new ErrorReminder(log, { task });
  }

  /** The stable code of what stopped the last attempt of this process; undefined if the attempt succeeded. */
  get errorCode(): string | undefined {
    return this.#errorCode;
  }

  async failed(reason: unknown): Promise<void> {
    this.#errorCode = errorCode(reason);
    this.#errors.occurred(reason instanceof Error ? reason : new Error(String(reason)));
    await recordTaskError(this.#db, this.task, reason).catch(() => undefined);
  }

  /** Recorded every few seconds, but at once if there is a tip or if an error is over. */
  async progressed(tip?: LedgerSequence): Promise<void> {
    const now = this.#clock.now();
    const recovered = this.#errorCode !== undefined;
    if (recovered) {
      this.#errorCode = undefined;
      this.#errors.over();
      this.#log.info({ task: this.task }, `${this.task} makes progress again`);
    }
    if (!recovered && tip === undefined && now - this.#recordedAt < RECORD_EVERY_MS) return;
    this.#recordedAt = now;
    await recordTaskProgress(this.#db, this.task, tip === undefined ? {} : { tip }).catch(() => undefined);
  }
}
