export { drainableWorker } from './drainable-worker.ts';
export type { DrainableProcessor, DrainableWorker, DrainableWorkerOptions } from './drainable-worker.ts';
export { JobInterruptedError, type InterruptionCode } from './job-interrupted-error.ts';
export { JobsAbandonedError } from './jobs-abandoned-error.ts';
export { queueConnection, type ClosableQueue } from './queue-connection.ts';
export type { JobStop } from './running-job.ts';
