import { readCursor, readTaskStatus, type Database } from '@stellar-insights/db';
import type { QueueName } from '@stellar-insights/jobs';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { TaskHealth } from './task-health.ts';

/** What `/metrics` tells. How far ingestion is comes from the database, so that every worker tells the same. */
export class WorkerMetrics {
  readonly registry: Registry = createMetrics('worker');
  readonly #own = { registers: [this.registry] };
  readonly #jobs = new Counter({
    name: 'insights_jobs_total',
    help: 'Jobs that this process has ended, by queue and outcome (completed, failed).',
    labelNames: ['queue', 'outcome'],
    ...this.#own,
  });
  readonly #ledgers = new Counter({
    name: 'insights_ledgers_stored_total',
    help: 'Ledgers that this process has stored; its rate is the rate of ingestion.',
    ...this.#own,
  });
  readonly #cursor = this.#gauge('insights_ledger_cursor', 'The last ledger stored.');
  readonly #tip = this.#gauge('insights_ledger_tip', 'The newest ledger the source has spoken of.');
  readonly #lagLedgers = this.#gauge(
    'insights_ledger_lag_ledgers',
    'Ledgers from the last one stored to the tip.',
  );
  readonly #lagSeconds = this.#gauge('insights_ledger_lag_seconds', 'Age of the last ledger stored.');
  readonly #errors = new Gauge({
    name: 'insights_task_error',
    help: '1 for each task that is stopped, by the code of its last error.',
    labelNames: ['task', 'code'],
    ...this.#own,
  });

  jobEnded(queue: QueueName, outcome: 'completed' | 'failed'): void {
    this.#jobs.inc({ queue, outcome });
  }

  ledgerStored(): void {
    this.#ledgers.inc();
  }

  /** Prometheus' text format. Without an answer of the database the last known places stand. */
  async text(db: Database | undefined, tasks: readonly TaskHealth[]): Promise<string> {
    const stored = await this.#readPlaces(db).catch(() => []);
    this.#errors.reset();
    for (const { task, code } of stored) this.#errors.set({ task, code }, 1);
    for (const { task, errorCode: code } of tasks)
      if (code !== undefined) this.#errors.set({ task, code }, 1);
    return await this.registry.metrics();
  }

  /** Sets the gauges of the ledger; returns which tasks are stopped by what. */
  async #readPlaces(db: Database | undefined): Promise<{ task: string; code: string }[]> {
    if (db === undefined) return [];
    const [cursor, tasks] = await Promise.all([readCursor(db), readTaskStatus(db)]);
    if (cursor !== null) {
      const told = tasks.find(({ task }) => task === 'ledger-ingest')?.tip ?? cursor.sequence;
      const tip = Math.max(told, cursor.sequence);
      this.#cursor.set(cursor.sequence);
      this.#tip.set(tip);
      this.#lagLedgers.set(tip - cursor.sequence);
      this.#lagSeconds.set((Date.now() - cursor.closedAt) / 1000);
    }
    return tasks.flatMap(({ task, lastError }) =>
      lastError === null ? [] : [{ task, code: lastError.code }],
    );
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, ...this.#own });
  }
}
