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

/** How long Redis may take to store an outcome that nobody needs. */
const OUTCOME_TIMEOUT_MS = 1000;
const RUN_RETRY_MS = 1000;

/** A queue whose jobs come again by themselves, one at a time. */
export interface RecurringQueue<Data = unknown> {
  readonly name: string;
  readonly data: z.ZodType<Data>;
  readonly worker: Pick<WorkerOptions, 'lockDuration' | 'stalledInterval' | 'maxStalledCount'>;
  readonly job: DefaultJobOptions;
}

/** Does one job; what it returns is stored with the job as JSON. */
export type JobProcessor<Data = unknown> = (data: Data, context: JobContext) => Promise<unknown>;

export interface RecurringWorkerOptions extends QueueSettings {
  /** Called as each job ends. A job whose lock was lost has no outcome: another worker has it. */
  readonly onOutcome?: (outcome: 'completed' | 'failed') => void;
}

export interface RecurringWorker extends DrainableWorker<unknown, unknown, string> {
  /** Why the queue is not served; undefined if it is. */
  readonly fault: RedisFault | undefined;
}

/**
 * Serves the queue: a resource for the lifecycle's phase `background`.
 *
 * A job whose lock was lost is interrupted, as another worker may have it; an absent Redis is no reason, since then no other
 * worker can take the job either. Nobody needs the outcome of a job that comes again: a Redis that is away, or was emptied,
 * neither delays nor fails the stop once the job itself has ended.
 */
export function recurringWorker<Data>(
  queue: RecurringQueue<Data>,
  processor: JobProcessor<Data>,
  { onOutcome = () => undefined, ...settings }: RecurringWorkerOptions,
): RecurringWorker {
  const { redisUrl, log, clock = systemClock } = settings;
  let steady: SteadyWorker<unknown, unknown, string> | undefined;
  let jobEnded: Promise<void> = Promise.resolve();
  const drainable = drainableWorker(
    queue.name,
    (job: Job<unknown>, context) => {
      const processing = processor(dataOf(queue, job), context);
      jobEnded = processing.then(ignore, ignore);
      return processing;
    },
    {
      ...bullmqOptions(settings),
      connection: workerRedis(redisUrl),
      ...queue.worker,
      concurrency: 1,
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
    for (const id of ids) worker.cancelJob(id, 'the lock of the job was lost');
  });

  const close = async (context: CloseContext): Promise<void> => {
    const closing = ignoringAbandonedJobs(drainable.close(context));
    const cutting = async (): Promise<void> => {
      await jobEnded;
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

function dataOf<Data>({ data }: RecurringQueue<Data>, job: Job<unknown>): Data {
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
