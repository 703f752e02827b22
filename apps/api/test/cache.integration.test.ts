import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { ByteBudget } from '../src/cache/byte-budget.ts';
import { openCache } from '../src/cache/open-cache.ts';
import type { ResponseCache } from '../src/cache/response-cache.ts';
import type { ApiMetrics } from '../src/routes/health/api-metrics.ts';
import { ask, corridorPath } from './support/ask.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const test = onStage
  .extend('simulation', { scope: 'file' }, async ({ db }) => {
    const simulation = storedSimulation(db);
    await simulation.close(40);
    return simulation;
  })
  /** A client that sees what the cache keeps. The Redis is emptied first. */
  .extend('kept', async ({ fileRedis, simulation: _ }, { onCleanup }) => {
    await fileRedis.flush();
    const client = new Redis(fileRedis.url);
    onCleanup(() => client.disconnect());
    return client;
  });

const BUDGET = 1_000_000;
const signal = new AbortController().signal;
const corridor = corridorPath('native', 'native');

/** The keys of answers: all but the probe and the counts. */
async function answersIn(client: Redis): Promise<string[]> {
  const keys = await client.keys('*');
  return keys.filter((key) => /:api:1:[\w-]{43}$/.test(key)).toSorted();
}

async function metric(metrics: ApiMetrics, name: string): Promise<number> {
  const text = await metrics.text();
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}

/** The cache of a replica with a budget of a million bytes. */
function replica(url: string): ResponseCache {
  const log = createLog({ name: 'test', level: 'silent' });
  const { cache, client } = openCache({ url, budgetBytes: BUDGET, log, clock });
  onTestFinished(() => client.disconnect());
  return cache;
}

describe('a key is made from what was asked', () => {
  test.for([corridor, `${corridor}/failures`, `${corridor}/history`, '/api/v1/corridors'])(
    'and %s has one for all spellings of a window and of defaults',
    async (path, { api, kept }) => {
      const answers = new Set<string>();
      for (const window of ['24h', '1440m', '1d'])
        answers.add(await (await api.request(`${path}?window=${window}`)).text());
      answers.add(await (await api.request(path)).text());
      answers.add(await (await api.request(`${path}?include_self=false&window=1d`)).text());
      expect(answers.size).toBe(1);
      await eventually(async () => expect(await answersIn(kept)).toHaveLength(1));
      await ask(api, path, { window: '25h' });
      await ask(api, path, { window: '24h', include_self: 'true' });
      await eventually(async () => expect(await answersIn(kept)).toHaveLength(3));
    },
  );

  test('and windows that begin in the same bucket of five minutes have the same', async ({ api, kept }) => {
    for (let minutes = 100; minutes < 110; minutes++) await ask(api, corridor, { window: `${minutes}m` });
    await eventually(async () => expect((await answersIn(kept)).length).toBeGreaterThan(1));
    expect((await answersIn(kept)).length).toBeLessThanOrEqual(3);
  });

  test('and a cursor goes on under another spelling of its list', async ({ api, simulation: _ }) => {
    const { page } = await ask<{ page: { next_cursor: string } }>(api, '/api/v1/corridors', { limit: '1' });
    const query = { limit: '1', cursor: page.next_cursor, window: '1440m', include_self: 'false' };
    await ask(api, '/api/v1/corridors', query);
  });
});

describe('what Redis returns is checked', () => {
  test('and what is no answer of the route is a miss, is counted and is overwritten', async ({
    api,
    metrics,
    kept,
  }) => {
    const path = '/api/v1/corridors';
    const answer = await ask(api, path);
    const other = JSON.stringify(await ask(api, corridor));
    const key = await eventually(async () => {
      for (const each of await answersIn(kept)) {
        if ((await kept.get(each)) === JSON.stringify(answer)) return each;
      }
      return null;
    });
    const lies = ['{"data":1}', 'null', '', '{', '[]', '"x"', '\0', other, '{"__proto__":{"data":[]}}'];
    const before = await metric(metrics, 'insights_api_cache_malformed_total');
    for (const lie of lies) {
      await kept.set(key, lie);
      expect(await ask(api, path), lie).toStrictEqual(answer);
      await eventually(async () => expect(await kept.get(key)).toBe(JSON.stringify(answer)));
    }
    await kept.del(key);
    await kept.lpush(key, 'a list');
    expect(await ask(api, path)).toStrictEqual(answer);
    await eventually(async () => expect(await kept.get(key)).toBe(JSON.stringify(answer)));
    expect(await kept.ttl(key)).toBeLessThanOrEqual(10);
    expect(await metric(metrics, 'insights_api_cache_malformed_total')).toBe(before + lies.length + 1);
  });
});

describe('the budget of the cache', () => {
  test('bounds the memory that the answers of two replicas take together', async ({ fileRedis, kept }) => {
    const replicas = [replica(fileRedis.url), replica(fileRedis.url)];
    for (const cache of replicas) await eventually(async () => (await cache.size()).used !== undefined);
    const fill = async (round: string): Promise<void> => {
      const answers = Array.from({ length: 244 }, async (_, place) => {
        const cache = replicas[place % 2];
        const length = 100 + ((place * 7919) % 40_000);
        const question = { question: [round, place], schema: z.string(), signal };
        return await cache?.getOrCompute(question, async () => 'x'.repeat(length));
      });
      await Promise.all(answers);
    };
    const memory = async (): Promise<number> => {
      const sizes = (await answersIn(kept)).map((key) => kept.memory('USAGE', key));
      return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0);
    };
    const refused = () => replicas.reduce((sum, cache) => sum + cache.statistics().refused, 0);
    await fill('first');
    await eventually(() => refused() > 0);
    const full = await eventually(async () => {
      const used = await memory();
      return used > BUDGET / 2 ? used : null;
    });
    expect(full).toBeLessThanOrEqual(BUDGET);
    const sizes = await Promise.all(replicas.map((cache) => cache.size()));
    for (const { used } of sizes) expect(used).toBeGreaterThanOrEqual(full);
    expect(sizes).toStrictEqual([sizes[0], { used: sizes[0]?.used, budget: BUDGET }]);

    await fileRedis.flush();
    const before = refused();
    await fill('after FLUSHALL');
    await eventually(() => refused() > before);
    const again = await eventually(async () => {
      const used = await memory();
      return used > BUDGET / 2 ? used : null;
    });
    expect(again).toBeLessThanOrEqual(BUDGET);
  });

  test('is free again once the entries have expired, whoever wrote them', async ({ kept }) => {
    const budget = new ByteBudget(kept, 10_000, 1);
    const write = (entry: string) => budget.write('counts', entry, 'x'.repeat(5000));
    expect([await write('a'), await write('b')]).toStrictEqual([true, false]);
    await eventually(() => write('c'));
    expect([await kept.exists('a'), await kept.exists('c')]).toStrictEqual([0, 1]);
  });

  test('survives counts that are none', async ({ kept }) => {
    const budget = new ByteBudget(kept, 10_000, 10);
    await kept.set('counts', 'text');
    expect(await budget.write('counts', 'a', 'x')).toBe(true);
    await kept.hset('counts', 'x', 'y', '99999999999', 'z', '1', '5000');
    expect(await budget.write('counts', 'b', 'x')).toBe(true);
    expect(await kept.hkeys('counts')).not.toContain('x');
    expect(await budget.used('counts')).toBe(2 * 514);
    await kept.del('counts');
    await kept.hset('counts', '99999999999', '10000');
    expect(await budget.write('counts', 'c', 'x')).toBe(true);
    expect(await kept.ttl('counts')).toBeGreaterThan(0);
  });

  test('of 0 keeps nothing', async ({ kept }) => {
    expect(await new ByteBudget(kept, 0, 10).write('counts', 'a', 'x')).toBe(false);
    expect(await kept.keys('*')).toStrictEqual([]);
  });
});

test('a connection that died without a word is replaced, and meanwhile each lookup is a miss', async ({
  fileRedis,
}) => {
  const proxy = await TcpProxy.start(fileRedis);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const cache = replica(fileRedis.url.replace(String(fileRedis.port), String(proxy.port)));
  await eventually(async () => expect(await cache.redisState()).toStrictEqual({ redis: 'up' }));
  proxy.forgetConnections();
  const computed = cache.getOrCompute({ question: ['dead'], schema: z.string(), signal }, async () => 'x');
  expect(await computed).toBe('x');
  expect(await cache.redisState()).toStrictEqual({ redis: 'away' });
  await eventually(async () => expect(await cache.redisState()).toStrictEqual({ redis: 'up' }));
  expect(proxy.deadConnections).toBe(0);
});
