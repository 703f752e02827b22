import { startRedis } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { systemClock } from '@stellar-insights/lifecycle';
import { describe, expect, onTestFinished } from 'vitest';
import { checkRedis } from '../src/index.ts';
import { memoryLog, PREFIX, test, urlOfUser, withSetting } from './support/queues.ts';

const clock = { ...systemClock, sleep: (_ms: number, signal?: AbortSignal) => systemClock.sleep(10, signal) };

/** Checks until the end of the test; what is found later is added to `unusable`. */
async function check(redisUrl: string) {
  const { messages, ...log } = memoryLog();
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const unusable: unknown[] = [];
  const options = { redisUrl, prefix: PREFIX, log, clock, signal: ending.signal };
  await checkRedis(options, (error) => unusable.push(error));
  return { messages, unusable };
}

const refused = (command: string) => ({
  code: 'redis_refused',
  retryable: false,
  command,
  message: expect.stringContaining(`refuses ${command} (`) as string,
});

describe('the check of Redis', () => {
  test('names the command that Redis refuses', async ({ redis, url }) => {
    for (const [rules, command] of [
      ['~* +@all -@scripting', 'EVAL'],
      ['~* +@all -bzpopmin', 'BZPOPMIN'],
      ['~* +@all -@write', 'SET'],
      ['~* +@all -zadd', 'ZADD'],
      ['~other:* +@all', 'SET'],
    ] as const) {
      await expect(check(await urlOfUser(redis, rules)), rules).rejects.toMatchObject(refused(command));
    }
    const wrongPassword = (await urlOfUser(redis, '~* +@all')).replace('secret', 'wrong');
    await expect(check(wrongPassword)).rejects.toMatchObject(refused('HELLO'));
    await expect(check(`${url}/99`)).rejects.toMatchObject(refused('SELECT'));
  });

  test('refuses a replica that stays one', async ({ redis, url }) => {
    onTestFinished(async () => void (await redis.command('REPLICAOF', 'NO', 'ONE')));
    await redis.command('REPLICAOF', '127.0.0.1', '1');
    await expect(check(url)).rejects.toMatchObject(refused('SET'));
  });

  test('refuses a cluster, with INFO and without', async () => {
    await using cluster = await startRedis({ settings: ['--cluster-enabled', 'yes'] });
    await cluster.command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await cluster.command('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '+@all', '-info');
    const limited = cluster.url.replace('redis://', 'redis://limited:secret@');
    for (const url of [cluster.url, limited]) {
      await expect(check(url)).rejects.toMatchObject({ code: 'redis_cluster', retryable: false });
    }
  });

  test('says once what it could not check without INFO and CONFIG, and finds nothing else', async ({
    redis,
  }) => {
    const { messages, unusable } = await check(await urlOfUser(redis, '~* +@all -info -config'));
    expect(messages).toEqual([expect.stringMatching(/refuses INFO and CONFIG.*maxmemory-policy/)]);
    expect(unusable).toEqual([]);
    expect(await check(await urlOfUser(redis, '~{test}:* +@all -info'))).toEqual({
      messages: [],
      unusable: [],
    });
  });

  test('warns of an eviction policy that deletes jobs', async ({ redis, url }) => {
    await withSetting(redis, 'maxmemory-policy', 'allkeys-lru');
    const { messages } = await check(url);
    expect(messages).toEqual([expect.stringMatching(/found maxmemory-policy allkeys-lru.*deletes jobs/)]);
  });

  test('waits for a Redis that is away or full, and then still refuses what it must', async ({
    redis,
    url,
  }) => {
    await withSetting(redis, 'maxmemory', '1');
    expect(await check(url)).toMatchObject({ unusable: [] });
    const limited = await urlOfUser(redis, '~* +@all');
    const { unusable } = await check(limited);
    await redis.command('ACL', 'SETUSER', 'limited', '-zadd');
    await redis.command('CONFIG', 'SET', 'maxmemory', '0');
    await eventually(() => expect(unusable).toMatchObject([refused('ZADD')]));
  });
});
