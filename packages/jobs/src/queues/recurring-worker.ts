import { drainableWorker, type DrainableWorker, type JobContext } from '@stellar-insights/lifecycle/bullmq';
import type { Logger } from '@stellar-insights/lifecycle';
import { ErrorReminder } from '@stellar-insights/runtime/log';
import { workerRedis } from '@stellar-insights/runtime/redis';
import { UnrecoverableError, type Job } from 'bullmq';
import { z } from 'zod';
import { catalogue, type JobData, type QueueDefinition, type QueueName } from '../catalogue.ts';
import { ignoringOutcomes } from './ignoring-outcomes.ts';

/** Does one job; what it returns is stored with the job as JSON. */
export type JobProcessor<Name extends QueueName> = (
  data: JobData<Name>,
  context: JobContext,
) => Promise<unknown>;

export interface JobWorkerOptions {
  readonly redisUrl: string;
  readonly log: Logger;
  /** Called as each job ends. One whose lock was lost has no outcome: another worker has it. */
  readonly onOutcome?: (outcome: 'completed' | 'failed') => void;
}

/**
 * Serves a queue of the catalogue: a resource for the lifecycle's phase `background`. A job whose lock was lost is
 * interrupted, as another worker may have it; Redis being away is no reason, since then no other can take it either.
 */
export function jobWorker<Name extends QueueName>(
  name: Name,
  processor: JobProcessor<Name>,
  { redisUrl, log, onOutcome = () => undefined }: JobWorkerOptions,
): DrainableWorker<unknown, unknown, string> {
  const definition: QueueDefinition = catalogue[name];
  let working: Promise<void> = Promise.resolve();
  const queue = drainableWorker(
    name,
    (job: Job<unknown>, context) => {
      const work = processor(dataOf(definition, job) as JobData<Name>, context);
      working = work.then(ignore, ignore);
      return work;
    },
    { connection: workerRedis(redisUrl), ...definition.worker, runRetryDelay: 1000 },
  );
  const trouble = new ErrorReminder(log, { queue: name });
  const { worker } = queue;
  worker.on('error', (error) => trouble.occurred(error));
  worker.on('completed', () => {
    trouble.over();
    onOutcome('completed');
  });
  worker.on('failed', () => onOutcome('failed'));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, 'the lock of the job was lost');
  });
  return ignoringOutcomes(queue, () => working);
}

function dataOf({ data }: QueueDefinition, job: Job<unknown>): unknown {
  const parsed = data.safeParse(job.data);
  if (parsed.success) return parsed.data;
  throw new UnrecoverableError(
    `job ${job.id} of queue "${job.queueName}": found data that its schema refuses; ${z.prettifyError(parsed.error)}`,
  );
}

function ignore(): void {}
