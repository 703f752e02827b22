import { Gauge, type Registry } from 'prom-client';
import type { Database, RunOptions } from './database.ts';
import { readLedgerAge } from './ledgers/cursor.ts';
import { readLastReadings } from './state-syncs.ts';
import { readTaskStatus, type TaskStatus } from './tasks.ts';

/**
 * The gauges of progress, which all processes report alike, as the database has it: also when no worker is left that could
 * report it.
 */
export class ProgressMetrics {
  readonly #ledgerAge: Gauge;
  readonly #progressAge: Gauge<'task'>;
  readonly #errors: Gauge<'task' | 'code'>;
  readonly #stateAge: Gauge<'state'>;
  readonly #stateStale: Gauge<'state'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#ledgerAge = new Gauge({
      name: 'insights_ledger_lag_seconds',
      help: 'Age of the last ledger stored; NaN if it is not known.',
      registers,
    });
    this.#progressAge = new Gauge({
      name: 'insights_task_progress_age_seconds',
      help: 'Age of the last progress of each task, in whatever process.',
      labelNames: ['task'],
      registers,
    });
    this.#errors = new Gauge({
      name: 'insights_task_error',
      help: '1 for each task that an error stops, by task and error code.',
      labelNames: ['task', 'code'],
      registers,
    });
    this.#stateAge = new Gauge({
      name: 'insights_state_age_seconds',
      help: 'Age of the last snapshot of the state of the network, by what it is of (pools, assets, anchors).',
      labelNames: ['state'],
      registers,
    });
    this.#stateStale = new Gauge({
      name: 'insights_state_stale',
      help: '1 for each snapshot that is older than three intervals of its sync, else 0.',
      labelNames: ['state'],
      registers,
    });
  }

  /** Sets the gauges, and returns what they were set from: no task if the database does not answer. */
  async update(db: Database | undefined, options?: RunOptions): Promise<readonly TaskStatus[]> {
    const reading =
      db &&
      Promise.all([
        readLedgerAge(db, options),
        readTaskStatus(db, options),
        db.run(readLastReadings, options),
      ]);
    const [ageMs, tasks, states] = (await reading?.catch(() => undefined)) ?? [null, [], []];
    this.#ledgerAge.set(ageMs === null ? Number.NaN : ageMs / 1000);
    this.#progressAge.reset();
    this.#errors.reset();
    for (const gauge of [this.#stateAge, this.#stateStale]) gauge.reset();
    for (const { name: state, ageMs: stateAgeMs, isStale } of states) {
      this.#stateAge.set({ state }, stateAgeMs / 1000);
      this.#stateStale.set({ state }, isStale ? 1 : 0);
    }
    for (const { task, progressAgeMs, lastError } of tasks) {
      if (progressAgeMs !== null) this.#progressAge.set({ task }, progressAgeMs / 1000);
      if (lastError !== null) this.stoppedBy(task, lastError.code);
    }
    return tasks;
  }

  /** An error that the database need not have. */
  stoppedBy(task: string, code: string): void {
    this.#errors.set({ task, code }, 1);
  }
}
