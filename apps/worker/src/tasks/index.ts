import { catalogue, queueNames, type QueueName, type Schedule } from '@stellar-insights/jobs';
import type { WorkerConfig } from '../config.ts';

/** How often a continuous task looks whether somebody holds its lease. */
const TICK_MS = 1000;

export function servedQueues({ roles }: Pick<WorkerConfig, 'roles'>): QueueName[] {
  return queueNames.filter((name) => roles.includes(catalogue[name].role));
}

/** When the jobs of the queues that this worker serves are due. */
export function schedules(config: Pick<WorkerConfig, 'roles' | 'metricsSyncIntervalMs'>): Schedule[] {
  const everyMs: Readonly<Record<QueueName, number>> = {
    'ledger-ingest': TICK_MS,
    'metrics-sync': config.metricsSyncIntervalMs,
  };
  return servedQueues(config).map((queue) => ({ queue, everyMs: everyMs[queue] }));
}
