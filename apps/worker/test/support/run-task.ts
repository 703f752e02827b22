import type { Database } from '@stellar-insights/db';
import type { NetworkState } from '@stellar-insights/ledger/state';
import { systemClock } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import { createLog } from '@stellar-insights/runtime/log';
import { workerConfig } from '../../src/config.ts';
import { TaskHealth } from '../../src/health/task-health.ts';
import { WorkerMetrics } from '../../src/health/worker-metrics.ts';
import { HandedOut } from '../../src/ingestion/handed-out.ts';
import { everyMsOf } from '../../src/tasks/index.ts';
import type { Task } from '../../src/tasks/task.ts';
import type { Env } from './worker.ts';

interface TaskRun {
  readonly db: Database;
  readonly redisUrl: string;
  readonly networkState: NetworkState | undefined;
  readonly env?: Env;
}

/** Does one job of a task as a worker does it. */
export async function runTask(task: Task, { db, redisUrl, networkState, env }: TaskRun): Promise<unknown> {
  const log = createLog({ name: 'test', level: 'silent' });
  const clock = systemClock;
  const config = workerConfig({
    DATABASE_URL: 'postgres://localhost/insights',
    REDIS_URL: redisUrl,
    LEDGER_LAKE_URL: './lake',
    ...env,
  });
  await using owned = new AsyncDisposableStack();
  using handedOut = new HandedOut({ db, redisUrl, log, clock });
  const process = task.create({
    config,
    intervalMs: everyMsOf(task, config),
    db,
    log,
    clock,
    metrics: new WorkerMetrics({ db, tasks: [] }, config.storage),
    health: new TaskHealth(task.name, { db, log, clock, reportWithinMs: 60_000 }),
    handedOut,
    networkState,
    holder: 'test',
    jobs: undefined,
    flows: undefined,
    own: async (_name, resource) => {
      owned.defer(async () => {
        if (Symbol.asyncDispose in resource) await resource[Symbol.asyncDispose]();
      });
      return resource;
    },
  });
  const never = new AbortController().signal;
  const job: JobContext = { signal: never, stopping: never } as JobContext;
  return await process({}, job);
}
