import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@stellar-insights/devstack/testing';
import { test as onRedis } from '@stellar-insights/devstack/vitest';
import type { CloseContext, Logger, Resource } from '@stellar-insights/lifecycle';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { JobSchedules, recurringWorker, type JobProcessor, type RecurringQueue } from '../src/index.ts';

const NAME = 'recurring';
const prefix = '{test}';
const recurring: RecurringQueue = {
  name: NAME,
  data: z.strictObject({}),
  worker: { lockDuration: 10_000, stalledInterval: 5000, maxStalledCount: 1000 },
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
};

const test = onRedis.extend('url', async ({ redis }) => {
  await redis.flush();
  return redis.url;
});

/** What was logged, message by message. */
function memoryLog(): Logger & { readonly messages: string[] } {
  const messages: string[] = [];
  const note = (_facts: object, message: string): void => void messages.push(message);
  return { messages, info: note, warn: note, error: note };
}

/** Closed at the end of the test, as the lifecycle would, within 5 s. */
function closing<R extends Resource>(resource: R): R {
  onTestFinished(async () => {
    const context: CloseContext = { signal: AbortSignal.timeout(5000), deadline: 0, remaining: () => 5000 };
    resource.announce?.({ connectionAccepted: () => undefined });
    await resource.close(context);
  });
  return resource;
}

function serve(redisUrl: string, processor: JobProcessor, log = memoryLog()) {
  const outcomes: string[] = [];
  const onOutcome = (outcome: string): void => void outcomes.push(outcome);
  closing(recurringWorker(recurring, processor, { redisUrl, prefix, log, onOutcome }));
  return { outcomes, log };
}

function schedule(redisUrl: string, everyMs: number, log = memoryLog()): JobSchedules {
  const { job } = recurring;
  return closing(new JobSchedules([{ queue: NAME, everyMs, job }], { redisUrl, prefix, log }));
}

async function queueOf(url: string): Promise<Queue> {
  const queue = new Queue(NAME, { prefix, connection: { url } });
  onTestFinished(() => queue.close());
  await queue.waitUntilReady();
  return queue;
}

describe('schedules', () => {
  test('create jobs, also after Redis was emptied', async ({ url, redis }) => {
    let runs = 0;
    serve(url, async () => ++runs);
    schedule(url, 1000);
    await eventually(() => expect(runs).toBeGreaterThan(1));
    await redis.flush();
    const before = runs;
    await eventually(() => expect(runs).toBeGreaterThan(before + 1));
  });

  test('are written as soon as Redis is back', async ({ url, redis }) => {
    await redis.stop();
    let runs = 0;
    serve(url, async () => ++runs);
    const schedules = schedule(url, 1000);
    await eventually(() => expect(schedules.fault?.state).toBe('away'));
    await redis.start();
    await eventually(() => expect(runs).toBeGreaterThan(1));
    await eventually(() => expect(schedules.fault).toBeUndefined());
    await redis.freeze();
    await eventually(() => expect(schedules.fault?.state).toBe('away'));
    await redis.thaw();
    await eventually(() => expect(schedules.fault).toBeUndefined());
  });

  test('keep their times if many processes write them again and again', async ({ url }) => {
    const queue = await queueOf(url);
    serve(url, async () => undefined);
    for (let process = 0; process < 3; process++) schedule(url, 2000);
    const jobs = await eventually(async () => {
      const completed = await queue.getCompleted();
      return completed.length >= 5 && completed;
    });
    // A job's id ends with the time at which it was due. The first job may be due at once.
    const due = jobs.map(({ id }) => Number(id?.split(':').at(-1))).toSorted((a, b) => a - b);
    const apart = due.slice(2, 5).map((time, index) => time - (due[index + 1] ?? 0));
    expect(apart).toEqual([2000, 2000, 2000]);
  });

  test('queue at most one job while another one runs', async ({ url }) => {
    const release = Promise.withResolvers<void>();
    let runs = 0;
    serve(url, async () => {
      runs++;
      await release.promise;
    });
    schedule(url, 1000);
    const queue = await queueOf(url);
    await eventually(() => expect(runs).toBe(1));
    for (const end = Date.now() + 4000; Date.now() < end; await sleep(100)) {
      expect(await queue.getJobCountByTypes('waiting', 'delayed')).toBeLessThanOrEqual(1);
    }
    release.resolve();
    await eventually(() => expect(runs).toBeGreaterThan(1));
  });
});

describe('a recurring worker', () => {
  test('reports how jobs end, and refuses data that the schema of the queue refuses', async ({ url }) => {
    const queue = await queueOf(url);
    const { outcomes } = serve(url, async () => {
      if ((await queue.getCompletedCount()) === 1) throw new Error('the second fails');
    });
    await queue.add('job', {});
    await eventually(() => expect(outcomes).toEqual(['completed']));
    await queue.add('job', {});
    await eventually(() => expect(outcomes).toEqual(['completed', 'failed']));
    await queue.add('job', { planted: true });
    await eventually(() => expect(outcomes).toEqual(['completed', 'failed', 'failed']));
    const reasons = (await queue.getFailed()).map(({ failedReason }) => failedReason);
    expect(reasons).toEqual([expect.stringMatching(/its schema refuses.*planted/s), 'the second fails']);
  });

  test('interrupts a job whose lock is lost, and serves the next one', async ({ url, redis }) => {
    const queue = await queueOf(url);
    const interrupted: unknown[] = [];
    let runs = 0;
    const { log } = serve(url, async (_data, { signal }) => {
      if (++runs > 1) return;
      await sleep(50_000, undefined, { signal }).catch(() => interrupted.push(signal.reason));
    });
    await queue.add('job', {});
    await eventually(() => expect(runs).toBe(1));
    await redis.flush();
    await eventually(() => expect(interrupted).toMatchObject([{ code: 'cancelled' }]));
    await queue.add('job', {});
    await eventually(() => expect(runs).toBe(2));
    expect(log.messages.join('\n')).toMatch(/could not renew lock/);
  });
});
