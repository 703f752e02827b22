import type { Database } from '@stellar-insights/db';
import type { ScheduleKeeper } from '@stellar-insights/jobs';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { TaskHealth } from './task-health.ts';

const PATIENCE_MS = 1000;

type DependencyState = 'up' | 'away';

export interface ReadyAnswer {
  readonly ready: boolean;
  /** Redis holds the queues only: without it what runs goes on. */
  readonly status: 'ready' | 'degraded' | 'not_ready';
  readonly postgres: DependencyState;
  readonly redis: DependencyState;
  /** The code of what stops a task, by the task's name. */
  readonly errors: Readonly<Record<string, string>>;
}

/** What the probes are told. The parts of the worker are entered as they come to be. */
export class WorkerHealth {
  readonly #readiness: Readiness;
  db: Database | undefined;
  schedules: ScheduleKeeper | undefined;
  readonly tasks: TaskHealth[] = [];
  /** Whether every part has come to be. */
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
    const answer = this.db?.run(({ sql }) => sql`select 1`, PATIENCE_MS);
    return answer === undefined
      ? 'away'
      : await answer.then(
          () => 'up',
          () => 'away',
        );
  }
}
