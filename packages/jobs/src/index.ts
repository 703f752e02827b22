export {
  catalogue,
  queueNames,
  roles,
  type Cadence,
  type JobData,
  type QueueDefinition,
  type QueueName,
  type Role,
} from './catalogue.ts';
export { tick, type ContinuousTask, type ContinuousWork, type TickOutcome } from './leases/leased-work.ts';
export { databaseLease } from './leases/database-lease.ts';
export { LeaseLostError } from './leases/errors.ts';
export type { Lease } from './leases/lease.ts';
export { jobWorker, type JobProcessor, type JobWorkerOptions } from './queues/recurring-worker.ts';
export { ScheduleKeeper, type Schedule, type ScheduleKeeperOptions } from './queues/job-schedules.ts';
