import type { Database } from '@stellar-insights/db';
import type { JobSchedules } from '@stellar-insights/jobs';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { TaskHealth } from './task-health.ts';

const PROBE_TIMEOUT_MS = 1000;

type DependencyState = 'up' | 'away';

export interface ReadyAnswer {
  readonly ready: boolean;
  /** `degraded`: Redis is away. Redis holds the queues only, so running work goes on. */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly postgres: DependencyState;
  readonly redis: DependencyState;
  /** The code of what stops a task, by the task's name. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What the probes report. The parts of the worker are added here as they start. */
export class WorkerHealth {
  readonly #readiness: Readiness;
  db: Database | undefined;
  schedules: JobSchedules | undefined;
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
    const ready = serving && postgres === 'up';
    const status = ready ? (redis === 'up' ? 'ready' : 'degraded') : 'not_ready';
    const errors = this.tasks.flatMap(({ task, errorCode }) =>
      errorCode === undefined ? [] : [[task, errorCode]],
    );
    return { ready, status, postgres, redis, errors: Object.fromEntries(errors) as Record<string, string> };
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
