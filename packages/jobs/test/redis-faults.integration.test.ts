import { eventually } from '@stellar-insights/devstack/testing';
import { systemClock } from '@stellar-insights/lifecycle';
import { describe, expect, onTestFinished } from 'vitest';
import { queueOf, schedule, serve, test, urlOfUser, withSetting } from './support/queues.ts';

/** Notes the pauses and cuts them short. */
function impatientClock(pauses: number[]) {
  return { ...systemClock, sleep: (ms: number) => systemClock.sleep(Math.min(1, pauses.push(ms))) };
}

const BACKOFF = [100, 200, 400, 800, 1600, 2000, 2000];

describe('a worker that Redis refuses', () => {
  test.for([
    ['scripts', '~* +@all -@scripting', /^NOPERM/],
    ['blocking reads', '~* +@all -bzpopmin', /^NOPERM/],
    ['the keys of the queue', '~other:* +@all', /^NOPERM|can't access/],
  ] as const)(
    '%s pauses longer after each failure, names the fault, and goes on once it may',
    async ([, rules, reason], { redis, url }) => {
      const pauses: number[] = [];
      const limited = await urlOfUser(redis, rules);
      const { worker, log, outcomes } = serve(limited, async () => undefined, {
        clock: impatientClock(pauses),
      });
      await eventually(() => expect(pauses.length).toBeGreaterThan(20));
      expect(pauses.slice(0, BACKOFF.length)).toEqual(BACKOFF);
      expect(worker.fault).toEqual({ state: 'failing', reason: expect.stringMatching(reason) as string });
      expect(log.messages.length).toBeLessThan(4);

      await redis.command('ACL', 'SETUSER', 'limited', 'allkeys', '+@all');
      await (await queueOf(url)).add('job', {});
      await eventually(() => expect(outcomes).toEqual(['completed']));
      expect(worker.fault).toBeUndefined();
    },
  );

  test('writes, as a replica does, pauses longer after each failure, and goes on once it is the primary', async ({
    redis,
    url,
  }) => {
    onTestFinished(async () => void (await redis.command('REPLICAOF', 'NO', 'ONE')));
    const pauses: number[] = [];
    const { worker, log, outcomes } = serve(url, async () => undefined, { clock: impatientClock(pauses) });
    const schedules = schedule(url, 1000);
    await eventually(() => expect(outcomes).toContain('completed'));
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    await eventually(() => {
      expect(worker.fault?.reason).toMatch(/^READONLY/);
      expect(schedules.fault?.reason).toMatch(/^READONLY/);
    });
    await eventually(() => expect(pauses.length).toBeGreaterThan(BACKOFF.length));
    expect(log.messages.length).toBeLessThan(8);

    await redis.command('REPLICAOF', 'NO', 'ONE');
    const before = outcomes.length;
    await eventually(() => expect(outcomes.length).toBeGreaterThan(before + 1));
    await eventually(() => expect([worker.fault, schedules.fault]).toEqual([undefined, undefined]));
  });

  test('more data, as it is full, is named by the schedules even if no job is due', async ({
    redis,
    url,
  }) => {
    await withSetting(redis, 'maxmemory', '0');
    const schedules = schedule(url, 3_600_000);
    await eventually(() => expect(schedules.fault).toBeUndefined());
    await redis.command('CONFIG', 'SET', 'maxmemory', '1');
    await eventually(() => expect(schedules.fault?.reason).toMatch(/^OOM/));
    expect(schedules.fault?.state).toBe('failing');
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await eventually(() => expect(schedules.fault).toBeUndefined());
  });
});
