import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { DatabaseUnavailableError } from '@stellar-insights/db';
import { readDatabaseIdentity } from '@stellar-insights/db/identity';
import { acquireDatabase } from '@stellar-insights/db/lifecycle';
import {
  checkRedis,
  JobFlows,
  JobProducer,
  JobSchedules,
  LocalTimer,
  queueWorker,
  type JobProcessor,
  type ServedQueue,
} from '@stellar-insights/jobs';
import { systemClock, type WorkerPhaseName } from '@stellar-insights/lifecycle';
import { serveAdmin, type ProcessContext } from '@stellar-insights/runtime/process';
import { retry } from '@stellar-insights/runtime/time';
import type { WorkerConfig } from './config.ts';
import { HandedOut } from './ingestion/handed-out.ts';
import { TaskHealth } from './health/task-health.ts';
import { TaskWatch } from './health/task-watch.ts';
import { WorkerHealth } from './health/worker-health.ts';
import { WorkerMetrics } from './health/worker-metrics.ts';
import { configuredState } from './network-state/configured-state.ts';
import { everyMsOf, queuesOf, reportWithinMs, schedulesOf } from './tasks/index.ts';
import type { TaskContext, TaskJobs } from './tasks/task.ts';

const RETRY = { baseMs: 1000, capMs: 1000 };

type Context = ProcessContext<WorkerConfig, WorkerPhaseName>;

/** Starts before everything else and stops after it. */
export interface Monitoring {
  readonly health: WorkerHealth;
  readonly metrics: WorkerMetrics;
}

export async function composeHealth({ app, config, log }: Context): Promise<Monitoring> {
  const health = new WorkerHealth(app.readiness);
  const metrics = new WorkerMetrics(health, config.storage);
  await serveAdmin({ app, log, port: config.healthPort, host: config.adminHost, health, metrics });
  return { health, metrics };
}

/**
 * Waits for Postgres, then serves the queues of the worker's roles. Redis may be away: the queues connect by themselves.
 *
 * @throws SchemaMismatchError, RedisRefusedError, RedisClusterError; LifecycleError `stopping` if the process is asked to stop
 *   meanwhile
 */
export async function composeTasks(
  { app, config, log }: Context,
  { health, metrics }: Monitoring,
): Promise<void> {
  const { database, redisUrl } = config;
  const clock = systemClock;
  const db = await acquireDatabase(app, { database, applicationName: 'insights-worker', log });
  health.db = db;
  const { signal } = app;
  const identity = await retry(() => readDatabaseIdentity(db, { signal }), {
    ...RETRY,
    signal,
    isTransient: (error) => error instanceof DatabaseUnavailableError,
  });
  // The braces keep all keys in one slot.
  const queues = { redisUrl, prefix: `{insights-${identity}}`, log, clock };
  await checkRedis({ ...queues, signal }, (error) => void app.fail(error));
  const schedules = await app.acquire('cache', () => new JobSchedules(schedulesOf(config), queues));
  health.queues.push(schedules);
  const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  const handedOut = await app.acquire('cache', () => new HandedOut({ db, redisUrl, log, clock }));
  const networkState = configuredState({ config, db, log, clock, metrics: metrics.state });
  const tasks = queuesOf(config);
  const own: TaskContext['own'] = (name, resource) => app.acquire('cache', () => resource, { name });
  const served: ServedTask[] = [];
  for (const task of tasks) {
    const taskHealth = new TaskHealth(task.name, {
      db,
      log,
      clock,
      reportWithinMs: reportWithinMs(task, config),
    });
    health.tasks.push(taskHealth);
    await taskHealth.served();
    const { jobs: further, flow } = task;
    const jobs = further && (await app.acquire('cache', () => new JobProducer(further, queues)));
    if (jobs !== undefined) health.queues.push(jobs);
    const flows = flow && (await app.acquire('cache', () => new JobFlows(queues)));
    if (flows !== undefined) health.queues.push(flows);
    const intervalMs = everyMsOf(task, config);
    const context = {
      config,
      intervalMs,
      db,
      log,
      clock,
      metrics,
      handedOut,
      networkState,
      holder,
      own,
      jobs,
      flows,
      health: taskHealth,
    };
    const processor = reportingFailures(task.create(context), taskHealth);
    served.push({
      queue: task,
      processor,
      everyMs: intervalMs,
      continuous: task.continuous === true,
    });
    for (const other of [...(further === undefined ? [] : [further]), ...(flow ?? [])]) {
      const made = reportingFailures(await other.create(context), taskHealth);
      const queue = withConcurrency(other, config);
      const one = { queue, processor: made, everyMs: 0, continuous: false };
      served.push(...Array.from({ length: other.workers }, () => one));
    }
  }
  for (const { queue, processor, everyMs, continuous } of served) {
    const { name } = queue;
    const timer = continuous
      ? await app.acquire('background', () => new LocalTimer(processor, { name, everyMs, clock }))
      : undefined;
    const onOutcome = (outcome: 'completed' | 'failed'): void => metrics.jobEnded(name, outcome);
    const worker = await app.acquire('background', () =>
      queueWorker(queue, timer?.processor ?? processor, { ...queues, onOutcome }),
    );
    health.queues.push(worker);
  }
  health.watch = await app.acquire('background', () => new TaskWatch({ db, clock, tasks: health.tasks }));
  health.started = true;
  log.info({ queues: tasks.map(({ name }) => name) }, 'the queues are served');
}

/** A queue, and what its jobs do. */
interface ServedTask {
  readonly queue: ServedQueue;
  readonly processor: JobProcessor;
  readonly everyMs: number;
  /** Whether a timer begins the work if no job does. */
  readonly continuous: boolean;
}

function withConcurrency(jobs: TaskJobs, config: WorkerConfig): ServedQueue {
  const { concurrency, worker } = jobs;
  return concurrency === undefined
    ? jobs
    : { ...jobs, worker: { ...worker, concurrency: concurrency(config) } };
}

/** A job that goes back to its queue has not failed. */
function reportingFailures(processor: JobProcessor, health: TaskHealth): JobProcessor {
  return async (data, context) => {
    try {
      return await processor(data, context);
    } catch (error) {
      if (!context.signal.aborted) await health.failed(error);
      throw error;
    }
  };
}
