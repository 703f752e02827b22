import type { Database } from '@stellar-insights/db';
import { readCursor } from '@stellar-insights/db/ledgers';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import type { Clock } from '@stellar-insights/lifecycle';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { TaskHealth } from './task-health.ts';

/** What `/metrics` reports. The progress of ingestion comes from the database, so that all workers report the same. */
export class WorkerMetrics {
  readonly registry: Registry = createMetrics('worker');
  readonly #own = { registers: [this.registry] };
  readonly #jobs = new Counter({
    name: 'insights_jobs_total',
    help: 'Jobs that ended in this process, by queue and outcome (completed, failed).',
    labelNames: ['queue', 'outcome'],
    ...this.#own,
  });
  readonly #ledgers = new Counter({
    name: 'insights_ledgers_stored_total',
    help: 'Ledgers that this process stored. Its rate is the rate of ingestion.',
    ...this.#own,
  });
  readonly #rpcHistoryLeft = this.#gauge(
    'insights_rpc_history_left_ledgers',
    'Ledgers that the RPC can still drop before it drops the next one to store; NaN if this process follows no RPC.',
  );
  readonly #cursor = this.#gauge('insights_ledger_cursor', 'The last ledger stored.');
  readonly #tip = this.#gauge('insights_ledger_tip', 'The newest ledger of the source.');
  readonly #lagLedgers = this.#gauge(
    'insights_ledger_lag_ledgers',
    'Ledgers between the last one stored and the tip.',
  );
  readonly #lagSeconds = this.#gauge('insights_ledger_lag_seconds', 'Age of the last ledger stored.');
  readonly #errors = new Gauge({
    name: 'insights_task_error',
    help: '1 for each task that an error stops, by task and error code.',
    labelNames: ['task', 'code'],
    ...this.#own,
  });

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#rpcHistoryLeft.set(Number.NaN);
  }

  jobEnded(queue: string, outcome: 'completed' | 'failed'): void {
    this.#jobs.inc({ queue, outcome });
  }

  ledgerStored(): void {
    this.#ledgers.inc();
  }

  /** NaN if it is not known. */
  rpcHistoryLeft(ledgers: number): void {
    this.#rpcHistoryLeft.set(ledgers);
  }

  /** In Prometheus' text format. If the database does not answer, the ledger gauges keep their last values. */
  async text(db: Database | undefined, tasks: readonly TaskHealth[]): Promise<string> {
    const recorded = await this.#readProgress(db).catch(() => []);
    this.#errors.reset();
    for (const { task, code } of recorded) this.#errors.set({ task, code }, 1);
    for (const { task, errorCode: code } of tasks)
      if (code !== undefined) this.#errors.set({ task, code }, 1);
    return await this.registry.metrics();
  }

  /** Sets the ledger gauges; returns the errors that stop tasks. */
  async #readProgress(db: Database | undefined): Promise<{ task: string; code: string }[]> {
    if (db === undefined) return [];
    const [cursor, tasks] = await Promise.all([readCursor(db), readTaskStatus(db)]);
    if (cursor !== null) {
      const reportedTip = tasks.find(({ task }) => task === 'ledger-ingest')?.tip ?? cursor.sequence;
      const tip = Math.max(reportedTip, cursor.sequence);
      this.#cursor.set(cursor.sequence);
      this.#tip.set(tip);
      this.#lagLedgers.set(tip - cursor.sequence);
      this.#lagSeconds.set((this.#clock.date().getTime() - cursor.closedAt) / 1000);
    }
    return tasks.flatMap(({ task, lastError }) =>
      lastError === null ? [] : [{ task, code: lastError.code }],
    );
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, ...this.#own });
  }
}
