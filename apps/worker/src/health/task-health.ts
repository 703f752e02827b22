import { recordTaskError, recordTaskProgress, type Database } from '@stellar-insights/db';
import type { QueueName } from '@stellar-insights/jobs';
import type { LedgerSequence } from '@stellar-insights/ledger';
import { errorCode } from '@stellar-insights/runtime/errors';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';

const RECORD_EVERY_MS = 5000;

/**
 * What stops a task, told in the log, in the database (for `status` and for all workers' metrics) and by `errorCode`, which
 * goes on while the database is away. Telling never fails.
 */
export class TaskHealth {
  readonly task: QueueName;
  readonly #db: Database;
  readonly #log: Log;
  readonly #errors: ErrorReminder;
  #errorCode: string | undefined;
  #recordedAt = -Infinity;

  constructor(db: Database, task: QueueName, log: Log) {
    this.task = task;
    this.#db = db;
    this.#log = log;
    this.#errors = new ErrorReminder(log, { task });
  }

  /** Stable code of what stopped this process's last attempt; undefined if that went well. */
  get errorCode(): string | undefined {
    return this.#errorCode;
  }

  async failed(fault: unknown): Promise<void> {
    this.#errorCode = errorCode(fault);
    this.#errors.occurred(fault instanceof Error ? fault : new Error(String(fault)));
    await recordTaskError(this.#db, this.task, fault).catch(() => undefined);
  }

  /** Written every few seconds only, but at once if a tip is told or an error is over. */
  async progressed(tip?: LedgerSequence): Promise<void> {
    const now = performance.now();
    const over = this.#errorCode !== undefined;
    if (over) {
      this.#errorCode = undefined;
      this.#errors.over();
      this.#log.info({ task: this.task }, `${this.task} goes on`);
    }
    if (!over && tip === undefined && now - this.#recordedAt < RECORD_EVERY_MS) return;
    this.#recordedAt = now;
    await recordTaskProgress(this.#db, this.task, tip === undefined ? {} : { tip }).catch(() => undefined);
  }
}
