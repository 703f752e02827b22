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
export {
  tick,
  type ContinuousTask,
  type ContinuousWork,
  type TickOutcome,
} from './continuous/continuous-task.ts';
export { databaseLease } from './continuous/database-lease.ts';
export { LeaseLostError } from './continuous/lease-lost-error.ts';
export type { Lease } from './continuous/lease.ts';
export { jobWorker, type JobProcessor, type JobWorkerOptions } from './queue/job-worker.ts';
export { ScheduleKeeper, type Schedule, type ScheduleKeeperOptions } from './queue/schedule-keeper.ts';
