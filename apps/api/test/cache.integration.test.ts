import type { CacheStats } from '@stellar-insights/contract';
import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { KeptAnswer } from '../src/cache/kept-answer.ts';
import { openCache } from '../src/cache/open-cache.ts';
import type { ResponseCache } from '../src/cache/response-cache.ts';
import type { ApiMetrics } from '../src/routes/health/api-metrics.ts';
import { ask, corridorPath } from './support/ask.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const test = onStage
  // Each request asks Redis.
  .extend('hotBytes', { scope: 'file' }, () => 0)
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
const kind = 'corridor_list';
const signal = new AbortController().signal;
const corridor = corridorPath('native', 'native');

/** The keys of answers: all but the probe and the counts. */
async function answersIn(client: Redis): Promise<string[]> {
  const keys = await client.keys('*');
  return keys.filter((key) => /:api:3:[\w-]{43}$/.test(key)).toSorted();
}

/** The sum over all labels. */
async function metric(metrics: ApiMetrics, name: string): Promise<number> {
  const values = (await metrics.text()).matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** The cache of a replica with a budget of a million bytes. */
function replica(url: string): ResponseCache {
  const log = createLog({ name: 'test', level: 'silent' });
  const { cache, client } = openCache({ url, budgetBytes: BUDGET, hotBytes: 0, log, clock });
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

  test('and a kept page of a list has the cursor of the very window that was asked for', async ({
    api,
    kept: _,
  }) => {
    const lists = [
      ['/api/v1/corridors', {}],
      [`${corridor}/history`, { interval: '5m' }],
    ] as const;
    for (const [path, list] of lists) {
      for (let minutes = 100; minutes < 105; minutes++) {
        const query = { ...list, window: `${minutes}m`, limit: '1' };
        const { page } = await ask<{ page: { next_cursor: string } }>(api, path, query);
        await ask(api, path, { ...query, cursor: page.next_cursor });
      }
    }
  });

  test('and a cursor goes on under another spelling of its list', async ({ api, simulation: _ }) => {
    const { page } = await ask<{ page: { next_cursor: string } }>(api, '/api/v1/corridors', { limit: '1' });
    const query = { limit: '1', cursor: page.next_cursor, window: '1440m', include_self: 'false' };
    await ask(api, '/api/v1/corridors', query);
  });
});

describe('two hundred equal requests to a cold cache', () => {
  test('are all answered, from one computation', async ({ api, kept: _ }) => {
    const stats = async () => {
      const { data } = await ask<CacheStats>(api, '/api/v1/cache/stats');
      return data.kinds.find((each) => each.kind === kind);
    };
    const { misses = 0, shared = 0, hits = 0, computed = 0 } = (await stats()) ?? {};
    const requests = Array.from(
      { length: 200 },
      async () => await api.request('/api/v1/corridors?window=19h'),
    );
    const responses = await Promise.all(requests);
    expect(new Set(responses.map(({ status }) => status))).toStrictEqual(new Set([200]));
    expect(new Set(await Promise.all(responses.map((response) => response.text()))).size).toBe(1);
    const after = await stats();
    expect(after).toMatchObject({
      misses: misses + 1,
      computed: computed + 1,
      malformed: expect.any(Number),
    });
    expect((after?.shared ?? 0) + (after?.hits ?? 0)).toBe(shared + hits + 199);
    await eventually(async () => expect((await stats())?.bytes).toBeGreaterThan(512));
  });
});

test('an answer is computed anew once the health of corridors has been published', async ({
  api,
  db,
  metrics,
  kept,
}) => {
  const computed = () => metric(metrics, 'insights_api_cache_computed_total');
  const path = '/api/v1/corridors?window=18h';
  await api.request(path);
  await eventually(async () => expect((await answersIn(kept)).length).toBeGreaterThan(0));
  const before = await computed();
  await api.request(path);
  expect(await computed()).toBe(before);
  await db.run(({ sql }) => sql`update corridor_publication set revision = revision + 1`);
  await api.request(path);
  expect(await computed()).toBe(before + 1);
});

describe('what Redis returns is checked', () => {
  test('and what is no answer of the route is a miss, is counted and is overwritten', async ({
    api,
    metrics,
    kept,
  }) => {
    const path = '/api/v1/corridors';
    const answer = await ask(api, path);
    const entryOfAnswer = (text: string) =>
      eventually(async () => {
        for (const key of await answersIn(kept)) {
          const entry = (await kept.get(key)) ?? '';
          if (entry.endsWith(`\n${text}`)) return { key, entry };
        }
        return null;
      });
    const { key, entry } = await entryOfAnswer(JSON.stringify(answer));
    const { entry: other } = await entryOfAnswer(JSON.stringify(await ask(api, corridor)));
    const changed = entry.replace('"attempted":', '"attempted":1');
    const lies = ['', '\n', '\n\n', '\0', 'null', JSON.stringify(answer), other, changed, entry.slice(0, -1)];
    const before = await metric(metrics, 'insights_api_cache_malformed_total');
    for (const lie of lies) {
      await kept.set(key, lie);
      expect(await ask(api, path), lie).toStrictEqual(answer);
      await eventually(async () => expect(await kept.get(key)).toBe(entry));
    }
    await kept.del(key);
    await kept.lpush(key, 'a list');
    expect(await ask(api, path)).toStrictEqual(answer);
    await eventually(async () => expect(await kept.get(key)).toBe(entry));
    expect(await kept.ttl(key)).toBeLessThanOrEqual(10);
    expect(await metric(metrics, 'insights_api_cache_malformed_total')).toBe(before + lies.length + 1);
  });
});

describe('the budget of the cache', () => {
  test('bounds the memory that the answers of two replicas take together', async ({ fileRedis, kept }) => {
    const replicas = [replica(fileRedis.url), replica(fileRedis.url)];
    for (const cache of replicas) await eventually(async () => (await cache.store.size()).used !== undefined);
    const fill = async (round: string): Promise<void> => {
      const answers = Array.from({ length: 244 }, async (_, place) => {
        const cache = replicas[place % 2];
        const length = 100 + ((place * 7919) % 40_000);
        const lookup = { kind, question: [place], version: round, schema: z.string(), signal } as const;
        return await cache?.getOrCompute(lookup, async () =>
          KeptAnswer.of('x'.repeat(length), { version: round }),
        );
      });
      await Promise.all(answers);
    };
    const memory = async (): Promise<number> => {
      const sizes = (await answersIn(kept)).map((key) => kept.memory('USAGE', key));
      return (await Promise.all(sizes)).reduce<number>((sum, size) => sum + (size ?? 0), 0);
    };
    const notKept = () => replicas.reduce((sum, cache) => sum + cache.statistics.of(kind).not_kept, 0);
    await fill('first');
    await eventually(() => notKept() > 0);
    const full = await eventually(async () => {
      const used = await memory();
      return used > BUDGET / 2 ? used : null;
    });
    expect(full).toBeLessThanOrEqual(BUDGET);
    const sizes = await Promise.all(replicas.map((cache) => cache.store.size()));
    for (const { used } of sizes) expect(used?.total).toBeGreaterThanOrEqual(full);
    expect(sizes).toStrictEqual([sizes[0], { used: sizes[0]?.used, budget: BUDGET }]);
    expect(sizes[0]?.used?.byKind.get(kind)).toBe(sizes[0]?.used?.total);

    await fileRedis.flush();
    const before = notKept();
    await fill('after FLUSHALL');
    await eventually(() => notKept() > before);
    const again = await eventually(async () => {
      const used = await memory();
      return used > BUDGET / 2 ? used : null;
    });
    expect(again).toBeLessThanOrEqual(BUDGET);
  });
});

test('a connection that died without a word is replaced, and meanwhile each lookup is a miss', async ({
  fileRedis,
}) => {
  const proxy = await TcpProxy.start(fileRedis);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  const cache = replica(fileRedis.url.replace(String(fileRedis.port), String(proxy.port)));
  await eventually(async () => expect(await cache.store.state()).toStrictEqual({ redis: 'up' }));
  const lookup = {
    kind: 'pool_stats',
    question: ['dead'],
    version: '1',
    schema: z.string(),
    signal,
  } as const;
  const answerOr = async (answer: string) =>
    (await cache.getOrCompute(lookup, async () => KeptAnswer.of(answer, lookup))).parse();
  expect(await answerOr('kept')).toBe('kept');
  await eventually(async () => {
    await answerOr('kept');
    expect(cache.statistics.of('pool_stats').hits).toBeGreaterThan(0);
  });
  proxy.forgetConnections();
  expect(await answerOr('computed')).toBe('computed');
  expect(await cache.store.state()).toStrictEqual({ redis: 'away' });
  await eventually(async () => expect(await cache.store.state()).toStrictEqual({ redis: 'up' }));
  expect(proxy.deadConnections).toBe(0);
  expect(await answerOr('computed again')).toBe('kept');
});
