import { systemClock, within, type CloseContext } from '@stellar-insights/lifecycle';
import {
  drainableWorker,
  JobsAbandonedError,
  type DrainableWorker,
  type JobContext,
} from '@stellar-insights/lifecycle/bullmq';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { workerRedis } from '@stellar-insights/runtime/redis';
import { UnrecoverableError, type DefaultJobOptions, type Job, type WorkerOptions } from 'bullmq';
import { z } from 'zod';
import type { RedisFault } from '../redis/redis-fault.ts';
import { bullmqOptions, type QueueSettings } from './queue-settings.ts';
import { SteadyWorker } from './steady-worker.ts';

/** How long Redis may take to store outcomes that nobody needs. */
const OUTCOME_TIMEOUT_MS = 1000;
const RUN_RETRY_MS = 1000;

/** A queue whose jobs may be lost: a schedule, or who reads from Postgres what is due, adds them again. */
export interface ServedQueue<Data = unknown> {
  readonly name: string;
  readonly data: z.ZodType<Data>;
  /** `concurrency`: how many jobs a process does at a time; default: 1. */
  readonly worker: Pick<
    WorkerOptions,
    'concurrency' | 'lockDuration' | 'stalledInterval' | 'maxStalledCount'
  >;
  readonly job: DefaultJobOptions;
  /** Whether a job goes on if its lock is lost: what it commits is safe beside the worker that may have it then. */
  readonly outlivesLock?: boolean;
}

/** Does one job; what it returns is stored with the job as JSON. */
export type JobProcessor<Data = unknown> = (data: Data, context: JobContext) => Promise<unknown>;

export interface QueueWorkerOptions extends QueueSettings {
  /** Called as each job ends. A job whose lock was lost has no outcome: another worker has it. */
  readonly onOutcome?: (outcome: 'completed' | 'failed') => void;
}

export interface QueueWorker extends DrainableWorker<unknown, unknown, string> {
  /** Why the queue is not served; undefined if it is. */
  readonly fault: RedisFault | undefined;
}

/**
 * Serves the queue: a resource for the lifecycle's phase `background`.
 *
 * A job whose lock was lost is interrupted, as another worker may have it; an absent Redis is no reason, since then no other
 * worker can take the job either. Nobody needs the outcome of a job that can be added again: a Redis that is away, or was
 * emptied, neither delays nor fails the stop once the jobs themselves have ended.
 */
export function queueWorker<Data>(
  queue: ServedQueue<Data>,
  processor: JobProcessor<Data>,
  { onOutcome = () => undefined, ...settings }: QueueWorkerOptions,
): QueueWorker {
  const { redisUrl, log, clock = systemClock } = settings;
  let steady: SteadyWorker<unknown, unknown, string> | undefined;
  const running = new Set<Promise<void>>();
  const drainable = drainableWorker(
    queue.name,
    (job: Job<unknown>, context) => {
      const processing = processor(dataOf(queue, job), context);
      const ended = processing.then(ignore, ignore);
      running.add(ended);
      void ended.then(() => running.delete(ended));
      return processing;
    },
    {
      ...bullmqOptions(settings),
      connection: workerRedis(redisUrl),
      concurrency: 1,
      ...queue.worker,
      runRetryDelay: RUN_RETRY_MS,
      createWorker: (...of) => (steady = new SteadyWorker(...of, clock)),
    },
  );

  const trouble = new ErrorReminder(log, { queue: queue.name }, clock);
  const { worker } = drainable;
  worker.on('error', (error) => trouble.occurred(error));
  worker.on('completed', () => {
    trouble.over();
    onOutcome('completed');
  });
  worker.on('failed', () => onOutcome('failed'));
  worker.on('lockRenewalFailed', (ids) => {
    if (queue.outlivesLock === true) return;
    for (const id of ids) worker.cancelJob(id, 'the lock of the job was lost');
  });

  const close = async (context: CloseContext): Promise<void> => {
    const closing = ignoringAbandonedJobs(drainable.close(context));
    const cutting = async (): Promise<void> => {
      await Promise.all(running);
      if (!(await within(OUTCOME_TIMEOUT_MS, closing, clock))) await drainable.force();
    };
    await Promise.all([closing, cutting()]);
  };
  return {
    name: drainable.name,
    worker,
    get fault() {
      return steady?.fault;
    },
    announce: (context) => drainable.announce(context),
    close,
    force: () => drainable.force(),
    waitingFor: () => drainable.waitingFor(),
    counts: () => drainable.counts(),
  };
}

function dataOf<Data>({ data }: ServedQueue<Data>, job: Job<unknown>): Data {
  const parsed = data.safeParse(job.data);
  if (parsed.success) return parsed.data;
  throw new UnrecoverableError(
    `job ${job.id} of queue "${job.queueName}": found data that its schema refuses, expected what the task declares; ` +
      `remove whatever adds such jobs: ${z.prettifyError(parsed.error)}`,
  );
}

async function ignoringAbandonedJobs(closing: void | Promise<void>): Promise<void> {
  try {
    await closing;
  } catch (error) {
    if (!(error instanceof JobsAbandonedError)) throw error;
  }
}

function ignore(): void {}
