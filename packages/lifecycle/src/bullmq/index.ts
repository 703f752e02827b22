export { drainableWorker } from './drainable-worker.ts';
export type { DrainableProcessor, DrainableWorker, DrainableWorkerOptions } from './drainable-worker.ts';
export { JobInterruptedError, JobsAbandonedError, type InterruptionCode } from './errors.ts';
export { queueConnection, type ClosableQueue } from './queue-connection.ts';
export type { JobContext } from './running-job.ts';
