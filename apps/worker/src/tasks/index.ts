import type { JobScheduleOptions } from '@stellar-insights/jobs';
import type { WorkerConfig } from '../config.ts';
import { anchorSync } from './anchor-sync.ts';
import { backfill } from './backfill.ts';
import { exportFacts } from './export.ts';
import { ledgerIngest } from './ledger-ingest.ts';
import { metricsSync } from './metrics-sync.ts';
import { poolSync } from './pool-sync.ts';
import type { Task } from './task.ts';
import { trustlineSync } from './trustline-sync.ts';
import { webhookDispatch } from './webhook-dispatch.ts';

/** Every task of the worker: a file each, and a line here. */
export const tasks: readonly Task[] = [
  ledgerIngest,
  metricsSync,
  poolSync,
  trustlineSync,
  anchorSync,
  webhookDispatch,
  backfill,
  exportFacts,
];

export const roles: readonly string[] = [...new Set(tasks.map(({ role }) => role))];

/** The tasks, each with a queue of its name, that a worker with this configuration serves. */
export function queuesOf(config: Pick<WorkerConfig, 'roles' | 'factsLake'>): readonly Task[] {
  return tasks.filter(
    ({ role, isConfigured }) => config.roles.includes(role) && isConfigured?.(config) !== false,
  );
}

/** Milliseconds from one job of a task to the next. */
export function everyMsOf({ name, every }: Task, { intervals }: Pick<WorkerConfig, 'intervals'>): number {
  return Math.round((intervals[name] ?? every.seconds) * 1000);
}

/** When the jobs of these queues are due. */
export function schedulesOf(
  config: Pick<WorkerConfig, 'roles' | 'factsLake' | 'intervals'>,
): JobScheduleOptions[] {
  return queuesOf(config).map((task) => ({
    queue: task.name,
    everyMs: everyMsOf(task, config),
    job: task.job,
  }));
}

const REPORT_LATE_SECONDS = 60;

/** Without a report for so long, a task stands still: a continuous one for a minute or as long as it says, else two intervals and a minute. */
export function reportWithinMs(task: Task, config: Pick<WorkerConfig, 'intervals'>): number {
  const { continuous, reportWithinSeconds = REPORT_LATE_SECONDS } = task;
  return reportWithinSeconds * 1000 + (continuous === true ? 0 : 2 * everyMsOf(task, config));
}
