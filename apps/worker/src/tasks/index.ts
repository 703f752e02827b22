import type { JobScheduleOptions } from '@stellar-insights/jobs';
import type { WorkerConfig } from '../config.ts';
import { anchorSync } from './anchor-sync.ts';
import { backfill } from './backfill.ts';
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
];

export const roles: readonly string[] = [...new Set(tasks.map(({ role }) => role))];

/** The tasks, each with a queue of its name, that a worker with these roles serves. */
export function queuesOf(served: readonly string[]): readonly Task[] {
  return tasks.filter(({ role }) => served.includes(role));
}

/** Milliseconds from one job of a task to the next. */
export function everyMsOf({ name, every }: Task, { intervals }: Pick<WorkerConfig, 'intervals'>): number {
  return Math.round((intervals[name] ?? every.seconds) * 1000);
}

/** When the jobs of these queues are due. */
export function schedulesOf(config: Pick<WorkerConfig, 'roles' | 'intervals'>): JobScheduleOptions[] {
  return queuesOf(config.roles).map((task) => ({
    queue: task.name,
    everyMs: everyMsOf(task, config),
    job: task.job,
  }));
}

const REPORT_LATE_MS = 60_000;

/** Without a report for so long, a task stands still: a continuous one for a minute, else two intervals and a minute. */
export function reportWithinMs(task: Task, config: Pick<WorkerConfig, 'intervals'>): number {
  return REPORT_LATE_MS + (task.continuous === true ? 0 : 2 * everyMsOf(task, config));
}
