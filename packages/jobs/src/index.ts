export { LeaseLostError, LeaseUnavailableError } from './leases/errors.ts';
export { databaseLease, type Lease } from './leases/lease.ts';
export {
  runWhileLeased,
  type LeasedRunOptions,
  type LeasedRunOutcome,
  type LeasedWork,
} from './leases/leased-work.ts';
export { JobFlows, type FlowState, type JobFlow } from './queues/job-flows.ts';
export type { JobScheduleOptions } from './queues/job-schedule.ts';
export { JobProducer } from './queues/job-producer.ts';
export { JobSchedules } from './queues/job-schedules.ts';
export { LocalTimer, type LocalTimerOptions } from './queues/local-timer.ts';
export type { QueueSettings } from './queues/queue-settings.ts';
export {
  queueWorker,
  type JobProcessor,
  type ServedQueue,
  type QueueWorker,
  type QueueWorkerOptions,
} from './queues/queue-worker.ts';
export { checkRedis, type RedisCheckOptions } from './redis/check-redis.ts';
export { RedisClusterError, RedisRefusedError, RedisUnavailableError } from './redis/errors.ts';
export type { RedisFault } from './redis/redis-fault.ts';
