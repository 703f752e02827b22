import type { JobScheduleOptions } from '@stellar-insights/jobs';
import type { WorkerConfig } from '../config.ts';
import { ledgerIngest } from './ledger-ingest.ts';
import { metricsSync } from './metrics-sync.ts';
import type { Task } from './task.ts';

/** Every task of the worker: a file each, and a line here. */
export const tasks: readonly Task[] = [ledgerIngest, metricsSync];

export const roles: readonly string[] = [...new Set(tasks.map(({ role }) => role))];

/** The tasks, each with a queue of its name, that a worker with these roles serves. */
export function queuesOf(served: readonly string[]): readonly Task[] {
  return tasks.filter(({ role }) => served.includes(role));
}

/** When the jobs of these queues are due. */
export function schedulesOf(config: Pick<WorkerConfig, 'roles' | 'intervals'>): JobScheduleOptions[] {
  return queuesOf(config.roles).map(({ name, every, job }) => {
    const seconds = config.intervals[name] ?? every.seconds;
    return { queue: name, everyMs: Math.round(seconds * 1000), job };
  });
}
