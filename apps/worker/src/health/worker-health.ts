import type { Database } from '@stellar-insights/db';
import type { JobSchedules } from '@stellar-insights/jobs';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { TaskHealth } from './task-health.ts';
import type { TaskWatch } from './task-watch.ts';

const PROBE_TIMEOUT_MS = 1000;

type DependencyState = 'up' | 'away';

export interface ReadyAnswer {
  readonly ready: boolean;
  /** `degraded`: Redis is away. Redis holds the queues only, so running work goes on. */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly postgres: DependencyState;
  readonly redis: DependencyState;
  /** The code of what stops a task, by the task's name. A task that stands still makes the worker not ready. */
  readonly errors: Readonly<Record<string, string>>;
  /** Seconds since the newest ledger stored closed; null if none is stored. */
  readonly newest_ledger_age_seconds: number | null;
  readonly tasks: readonly TaskAnswer[];
}

interface TaskAnswer {
  readonly task: string;
  /** Seconds since any worker made progress; null if none has. */
  readonly progress_age_seconds: number | null;
  readonly waiting_for: string | null;
}

/** What the probes report. The parts of the worker are added here as they start. */
export class WorkerHealth {
  readonly #readiness: Readiness;
  db: Database | undefined;
  schedules: JobSchedules | undefined;
  watch: TaskWatch | undefined;
  /** Of the tasks that this worker serves. */
  readonly tasks: TaskHealth[] = [];
  /** Whether every part has started. */
  started = false;

  constructor(readiness: Readiness) {
    this.#readiness = readiness;
  }

  async ready(): Promise<ReadyAnswer> {
    const serving = this.#readiness.probe();
    const postgres = await this.#postgres();
    const redis = this.schedules?.redisAnswers === true ? 'up' : 'away';
    const standing = this.tasks.some(({ isStandingStill }) => isStandingStill);
    const ready = serving && postgres === 'up' && !standing;
    const errors = this.tasks.flatMap(({ task, errorCode }) =>
      errorCode === undefined ? [] : [[task, errorCode]],
    );
    return {
      ready,
      status: ready ? (redis === 'up' ? 'ready' : 'degraded') : 'not_ready',
      postgres,
      redis,
      errors: Object.fromEntries(errors) as Record<string, string>,
      newest_ledger_age_seconds: seconds(this.watch?.newestLedgerAgeMs ?? null),
      tasks: this.tasks.map(({ task, progressAgeMs, waitingFor }) => ({
        task,
        progress_age_seconds: seconds(progressAgeMs),
        waiting_for: waitingFor,
      })),
    };
  }

  async #postgres(): Promise<DependencyState> {
    const probe = this.db?.run(({ sql }) => sql`select 1`, { timeoutMs: PROBE_TIMEOUT_MS });
    if (probe === undefined) return 'away';
    return await probe.then(
      () => 'up',
      () => 'away',
    );
  }
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 1000);
}
