import { setTimeout as sleep } from 'node:timers/promises';
import { test as onRedis } from '@stellar-insights/devstack/vitest';
import type { CloseContext, Logger, Resource } from '@stellar-insights/lifecycle';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { JobSchedules, recurringWorker, type JobProcessor, type RecurringQueue } from '../src/index.ts';

const NAME = 'recurring';
const recurring: RecurringQueue = {
  name: NAME,
  data: z.strictObject({}),
  worker: { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 },
  job: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: { count: 100 } },
};

const PATIENCE = { timeout: 15_000 };

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
  closing(recurringWorker(recurring, processor, { redisUrl, log, onOutcome }));
  return { outcomes, log };
}

function schedule(redisUrl: string, everyMs: number): JobSchedules {
  const { job } = recurring;
  return closing(new JobSchedules([{ queue: NAME, everyMs, job }], { redisUrl, log: memoryLog() }));
}

async function queueOf(url: string): Promise<Queue> {
  const queue = new Queue(NAME, { connection: { url } });
  onTestFinished(() => queue.close());
  await queue.waitUntilReady();
  return queue;
}

describe('schedules', () => {
  test('make jobs come, again after Redis was emptied', async ({ url, redis }) => {
    let runs = 0;
    serve(url, async () => ++runs);
    schedule(url, 1000);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), PATIENCE);
    await redis.flush();
    const before = runs;
    await vi.waitFor(() => expect(runs).toBeGreaterThan(before + 1), PATIENCE);
  });

  test('are written as soon as a Redis that was away is there', async ({ url, redis }) => {
    await redis.stop();
    let runs = 0;
    serve(url, async () => ++runs);
    const schedules = schedule(url, 1000);
    await vi.waitFor(() => expect(schedules.redisAnswers).toBe(false), PATIENCE);
    await redis.start();
    await vi.waitFor(
      () => expect({ runs, answers: schedules.redisAnswers }).toEqual({ runs: 2, answers: true }),
      PATIENCE,
    );
    await redis.freeze();
    await vi.waitFor(() => expect(schedules.redisAnswers).toBe(false), PATIENCE);
    await redis.thaw();
    await vi.waitFor(() => expect(schedules.redisAnswers).toBe(true), PATIENCE);
  });

  test('that are written again and again by many keep their times', async ({ url }) => {
    const times: number[] = [];
    serve(url, async () => times.push(Date.now()));
    for (let process = 0; process < 3; process++) schedule(url, 2000);
    await vi.waitFor(() => expect(times.length).toBe(5), PATIENCE);
    const apart = times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) / 1000));
    // The first comes at once, the others at multiples of the interval.
    expect(apart.slice(1)).toEqual([2, 2, 2]);
  });

  test('pile up no jobs while one is not done', async ({ url }) => {
    const release = Promise.withResolvers<void>();
    let runs = 0;
    serve(url, async () => {
      runs++;
      await release.promise;
    });
    schedule(url, 1000);
    const queue = await queueOf(url);
    await vi.waitFor(() => expect(runs).toBe(1), PATIENCE);
    for (const end = Date.now() + 4000; Date.now() < end; await sleep(100)) {
      expect(await queue.getJobCountByTypes('waiting', 'delayed')).toBeLessThanOrEqual(1);
    }
    release.resolve();
    await vi.waitFor(() => expect(runs).toBeGreaterThan(1), PATIENCE);
  });
});

describe('a recurring worker', () => {
  test('reports how jobs end, and refuses data that the schema of the queue refuses', async ({ url }) => {
    const queue = await queueOf(url);
    const { outcomes } = serve(url, async () => {
      if ((await queue.getCompletedCount()) === 1) throw new Error('the second fails');
    });
    await queue.add('job', {});
    await vi.waitFor(() => expect(outcomes).toEqual(['completed']), PATIENCE);
    await queue.add('job', {});
    await vi.waitFor(() => expect(outcomes).toEqual(['completed', 'failed']), PATIENCE);
    await queue.add('job', { planted: true });
    await vi.waitFor(() => expect(outcomes).toEqual(['completed', 'failed', 'failed']), PATIENCE);
    const reasons = (await queue.getFailed()).map(({ failedReason }) => failedReason);
    expect(reasons).toEqual([expect.stringMatching(/its schema refuses.*planted/s), 'the second fails']);
  });

  test(
    'interrupts a job whose lock is lost, and serves the next one',
    { timeout: 60_000 },
    async ({ url, redis }) => {
      const queue = await queueOf(url);
      const interrupted: unknown[] = [];
      let runs = 0;
      const { log } = serve(url, async (_data, { signal }) => {
        if (++runs > 1) return;
        await sleep(50_000, undefined, { signal }).catch(() => interrupted.push(signal.reason));
      });
      await queue.add('job', {});
      await vi.waitFor(() => expect(runs).toBe(1), PATIENCE);
      await redis.flush();
      await vi.waitFor(() => expect(interrupted).toMatchObject([{ code: 'cancelled' }]), { timeout: 30_000 });
      await queue.add('job', {});
      await vi.waitFor(() => expect(runs).toBe(2), PATIENCE);
      expect(log.messages.join('\n')).toMatch(/could not renew lock/);
    },
  );
});
