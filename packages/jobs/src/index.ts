export { LeaseLostError, LeaseUnavailableError } from './leases/errors.ts';
export { databaseLease, type Lease } from './leases/lease.ts';
export {
  runWhileLeased,
  type LeasedRunOptions,
  type LeasedRunOutcome,
  type LeasedWork,
} from './leases/leased-work.ts';
export type { JobScheduleOptions } from './queues/job-schedule.ts';
export { JobSchedules } from './queues/job-schedules.ts';
export { LocalTimer, type LocalTimerOptions } from './queues/local-timer.ts';
export type { QueueSettings } from './queues/queue-settings.ts';
export {
  recurringWorker,
  type JobProcessor,
  type RecurringQueue,
  type RecurringWorker,
  type RecurringWorkerOptions,
} from './queues/recurring-worker.ts';
export { checkRedis, type RedisCheckOptions } from './redis/check-redis.ts';
export { RedisClusterError, RedisRefusedError } from './redis/errors.ts';
export type { RedisFault } from './redis/redis-fault.ts';
