import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, Queue, UnrecoverableError, type Job } from 'bullmq';
import type { RedisServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import {
  drainableWorker,
  queueConnection,
  type DrainableProcessor,
  type DrainableWorker,
} from '@stellar-insights/lifecycle/bullmq';
import { fakeClock, type FakeClock } from '@stellar-insights/lifecycle/testing';
import { expect, onTestFinished } from 'vitest';
import { closeContext } from '../close-context.ts';

const BUDGET_MS = 1000;

type Processor = DrainableProcessor<unknown, unknown, string>;

interface WorkerWithJob {
  readonly worker: DrainableWorker<unknown, unknown, string>;
  readonly clock: FakeClock;
  readonly queue: Queue;
  readonly job: Job;
}

/** A worker that has begun its one job; closed with Redis at hand, whatever the test does. */
async function workerWithJob(redis: RedisServer, processor: Processor): Promise<WorkerWithJob> {
  const connection = { url: redis.url };
  const queue = new Queue('work', { connection });
  const clock = fakeClock();
  const began = Promise.withResolvers<void>();
  const worker = drainableWorker(
    'work',
    async (job, context) => {
      began.resolve();
      return await processor(job, context);
    },
    { connection, clock },
  );
  worker.worker.on('error', () => undefined);
  onTestFinished(async () => {
    await worker.force();
    await queue.obliterate({ force: true });
    await queue.close();
  });
  const job = await queue.add('one', {}, { attempts: 3 });
  await began.promise;
  return { worker, clock, queue, job };
}

/** Closes it, with as much of the budget over as makes its jobs return to their queue. */
async function close({ worker, clock }: Pick<WorkerWithJob, 'worker' | 'clock'>): Promise<void> {
  await Promise.all([worker.close(closeContext(BUDGET_MS, clock)), clock.advance(BUDGET_MS / 2)]);
}

const untilInterrupted: Processor = async (_, { signal }) => await sleep(60_000, undefined, { signal });

test('a job cancelled with a bare text fails with that text', async ({ redis }) => {
  const { worker, clock, queue, job } = await workerWithJob(redis, async (_, { signal }) => {
    await new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason as Error)),
    );
  });
  expect(worker.worker.cancelJob(job.id ?? '', 'no longer wanted')).toBe(true);

  await eventually(async () => {
    expect((await queue.getJob(job.id ?? ''))?.failedReason).toBe('no longer wanted');
  });
  await close({ worker, clock });
});

test('a processor that rejects with something else than an error fails with it as its reason', async ({
  redis,
}) => {
  const { worker, clock, queue, job } = await workerWithJob(redis, async (_, { stopping }) => {
    while (!stopping.aborted) await sleep(5);
    return await Promise.reject('a bare string');
  });
  await worker.close(closeContext(BUDGET_MS, clock));

  expect(worker.counts()).toMatchObject({ inFlight: 1, failed: 1 });
  expect((await queue.getJob(job.id ?? ''))?.failedReason).toBe('a bare string');
});

test('an UnrecoverableError fails the job even after the grace', async ({ redis }) => {
  const { worker, clock, job } = await workerWithJob(redis, async (_, { signal }) => {
    while (!signal.aborted) await sleep(5);
    throw new UnrecoverableError('never try this again');
  });
  await close({ worker, clock });

  expect(worker.counts()).toMatchObject({ failed: 1, returnedToQueue: 0 });
  expect(await job.getState()).toBe('failed');
});

test('a job that its processor moved itself stays where it was put', async ({ redis }) => {
  const { worker, clock, job } = await workerWithJob(redis, async (running, { stopping }) => {
    while (!stopping.aborted) await sleep(5);
    await running.moveToDelayed(Date.now() + 60_000, running.token);
    throw new DelayedError();
  });
  await close({ worker, clock });

  expect(worker.counts()).toMatchObject({ inFlight: 1, returnedToQueue: 1 });
  expect(await job.getState()).toBe('delayed');
});

test('a job that lost its lock is reported as abandoned, not as returned to its queue', async ({ redis }) => {
  const { worker, clock, queue, job } = await workerWithJob(redis, untilInterrupted);
  const client = await queue.getBackend().client;
  await client.del(queue.toKey(`${job.id}:lock`));

  await expect(close({ worker, clock })).rejects.toMatchObject({
    code: 'jobs_abandoned',
    queue: 'work',
    jobs: [expect.stringMatching(/^1 one \(\d+\.\d s/)],
  });
  expect(worker.counts()).toMatchObject({ inFlight: 1, returnedToQueue: 0, abandoned: 1 });
});

test('jobs return to their queue when the configured time is left, at the latest at half the budget', async ({
  redis,
}) => {
  const { worker, clock } = await workerWithJob(redis, untilInterrupted);
  const closed = worker.close(closeContext(BUDGET_MS, clock));
  await clock.advance(BUDGET_MS / 2 - 1);
  expect(worker.waitingFor()).toMatch(/^1 job: 1 one/);
  await clock.advance(1);
  await closed;

  expect(worker.counts()).toMatchObject({ returnedToQueue: 1 });
});

test('an announced worker says what it waits for until its jobs are done', async ({ redis }) => {
  const finish = Promise.withResolvers<void>();
  const { worker, clock } = await workerWithJob(redis, async () => await finish.promise);
  worker.announce({ connectionAccepted: () => undefined });

  expect(worker.waitingFor()).toMatch(/^1 job: 1 one \(\d+\.\d s\)$/);
  finish.resolve();
  await close({ worker, clock });
  expect(worker.counts()).toEqual({ inFlight: 1, finished: 1, failed: 0, returnedToQueue: 0, abandoned: 0 });
});

test('a queue whose Redis is frozen ends once it is forced', async ({ redis }) => {
  const queue = new Queue('work', { connection: { url: redis.url } });
  queue.on('error', () => undefined);
  await queue.waitUntilReady();
  await redis.freeze();
  const resource = queueConnection(queue);
  const closed = resource.close(closeContext(BUDGET_MS));

  expect(resource.waitingFor()).toBe('Redis to answer the QUIT of "work"');
  await resource.force();
  await closed;
});
