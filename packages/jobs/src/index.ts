export { LeaseLostError, LeaseUnavailableError } from './leases/errors.ts';
export { databaseLease, type Lease } from './leases/lease.ts';
export {
  runWhileLeased,
  type LeasedRunOptions,
  type LeasedRunOutcome,
  type LeasedWork,
} from './leases/leased-work.ts';
export { JobSchedules, type JobScheduleOptions, type JobSchedulesOptions } from './queues/job-schedules.ts';
export { LocalTimer, type LocalTimerOptions } from './queues/local-timer.ts';
export {
  recurringWorker,
  type JobProcessor,
  type RecurringQueue,
  type RecurringWorkerOptions,
} from './queues/recurring-worker.ts';
