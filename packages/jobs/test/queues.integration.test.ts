import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { systemClock } from '@stellar-insights/lifecycle';
import { describe, expect, onTestFinished } from 'vitest';
import { memoryLog, NAME, produce, queueOf, recurring, schedule, serve, test } from './support/queues.ts';

const HOUR_MS = 3_600_000;

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

describe('a schedule whose next run is further away than its interval', () => {
  test('is written anew by one process, as the clock of the process that wrote it was ahead', async ({
    url,
  }) => {
    const queue = await queueOf(url);
    await queue.upsertJobScheduler(NAME, { every: 60_000, startDate: Date.now() + HOUR_MS });
    let runs = 0;
    serve(url, async () => ++runs);
    const ahead = { ...systemClock, date: () => new Date(Date.now() + HOUR_MS) };
    const { messages } = memoryLog();
    const [own, other, wrong] = [memoryLog(), memoryLog(), memoryLog()];
    schedule(url, 60_000, { log: wrong, clock: ahead });
    await eventually(() => expect(wrong.messages.join()).toMatch(/clock of this process is far ahead/));
    expect(await queue.getJobScheduler(NAME)).toMatchObject({ next: expect.toSatisfy(isFarAway) as number });
    for (const log of [own, other]) schedule(url, 60_000, { log });
    await eventually(() => expect(runs).toBe(1));
    expect(await queue.getJobScheduler(NAME)).not.toMatchObject({
      next: expect.toSatisfy(isFarAway) as number,
    });
    messages.push(...own.messages, ...other.messages);
    expect(messages).toEqual([expect.stringMatching(/next run of recurring in 3\d\d\d.* s, .*written anew/)]);
  });
});

const isFarAway = (next: number): boolean => next > Date.now() + HOUR_MS / 2;

describe('two intervals of one queue', () => {
  test('are the one of the process that started last, and no job comes before the shorter of the two has passed', async ({
    url,
  }) => {
    const queue = await queueOf(url);
    serve(url, async () => undefined);
    const [first, second, third] = [memoryLog(), memoryLog(), memoryLog()];
    const everyMs = async () => (await queue.getJobScheduler(NAME))?.every;
    schedule(url, 4000, { log: first });
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    schedule(url, 2000, { log: second });
    await eventually(() => expect(first.messages.join()).toMatch(/every 2 s, expected every 4 s/));
    expect(await everyMs()).toBe(2000);
    schedule(url, 60_000, { log: third });
    await eventually(() => {
      for (const { messages } of [first, second]) {
        expect(messages.join()).toMatch(/every 60 s, expected every 2 s/);
      }
    });
    expect(await everyMs()).toBe(60_000);
    expect(second.messages[0]).toMatch(/every 2 s from now on; an earlier process had set 4 s/);
    expect(third.messages).toEqual([expect.stringMatching(/every 60 s from now on.* 2 s/)]);

    const jobs = await queue.getJobs(['completed', 'delayed']);
    const due = jobs.map(({ id }) => Number(id?.split(':').at(-1))).toSorted((a, b) => a - b);
    for (const [index, time] of due.slice(1).entries()) {
      expect(time - (due[index] ?? 0)).toBeGreaterThanOrEqual(2000);
    }
  });
});

describe('databases that share a Redis', () => {
  test('do not share jobs', async ({ url }) => {
    const runs = { '{a}': 0, '{b}': 0 };
    for (const prefix of ['{a}', '{b}'] as const) {
      serve(url, async () => ++runs[prefix], { prefix });
    }
    schedule(url, 60_000, { prefix: '{a}' });
    await eventually(() => expect(runs).toEqual({ '{a}': 1, '{b}': 0 }));
    schedule(url, 60_000, { prefix: '{b}' });
    await eventually(() => expect(runs).toEqual({ '{a}': 1, '{b}': 1 }));
  });
});

describe('connections that are open and dead', () => {
  test('are replaced, idle ones too, and jobs run on', async ({ redis, url }) => {
    const proxy = await TcpProxy.start(redis);
    onTestFinished(() => proxy[Symbol.asyncDispose]());
    const throughProxy = url.replace(String(redis.port), String(proxy.port));
    let runs = 0;
    serve(throughProxy, async () => ++runs);
    const schedules = schedule(throughProxy, 1000);
    await eventually(() => expect(runs).toBeGreaterThan(1));
    proxy.forgetConnections();
    expect(proxy.deadConnections).toBeGreaterThan(2);
    await eventually(() => expect(proxy.deadConnections).toBe(0));
    const before = runs;
    await eventually(() => expect(runs).toBeGreaterThan(before + 1));
    await eventually(() => expect(schedules.fault).toBeUndefined());
  });
});

describe('a producer', () => {
  test('adds jobs, fails at once while Redis is away, and adds them when it is back', async ({
    redis,
    url,
  }) => {
    const producer = produce(url);
    await eventually(async () => expect(await producer.add([{}, {}])).toBeUndefined());
    expect(producer.fault).toBeUndefined();
    await redis.stop();
    await expect(producer.add([{}])).rejects.toMatchObject({ code: 'redis_unavailable', retryable: true });
    expect(producer.fault?.state).toBe('away');
    await redis.start();
    await eventually(() => expect(producer.fault).toBeUndefined());
    await eventually(async () => expect(await producer.add([{}])).toBeUndefined());
    expect(await (await queueOf(url)).getWaitingCount()).toBeGreaterThan(0);
  });
});

describe('a queue worker', () => {
  test('does as many jobs at a time as its queue says, and lets them outlive their locks if it says so', async ({
    url,
    redis,
  }) => {
    let running = 0;
    const release = Promise.withResolvers<void>();
    const interrupted: unknown[] = [];
    const work = async (_data: unknown, { signal }: { readonly signal: AbortSignal }): Promise<void> => {
      signal.addEventListener('abort', () => interrupted.push(signal.reason));
      running++;
      await release.promise;
      running--;
    };
    const queue = {
      ...recurring,
      worker: { ...recurring.worker, concurrency: 3, lockDuration: 1000 },
      outlivesLock: true,
    };
    const { log } = serve(url, work, { queue });
    const producer = produce(url);
    await eventually(async () => expect(await producer.add([{}, {}, {}, {}])).toBeUndefined());
    await eventually(() => expect(running).toBe(3));
    await redis.flush();
    await eventually(() => expect(log.messages.join()).toMatch(/could not renew lock/));
    release.resolve();
    await eventually(() => expect(running).toBe(0));
    expect(interrupted).toEqual([]);
  });

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
