import { eventually } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { ANSWER_KINDS } from '../src/cache/answer-kinds.ts';
import { KeptAnswer } from '../src/cache/kept-answer.ts';
import { openCache, type OpenCache } from '../src/cache/open-cache.ts';
import type { Lookup, ResponseCache } from '../src/cache/response-cache.ts';

const schema = z.string();
const signal = new AbortController().signal;
/** Of this kind an answer of the state before may be served. */
const AGGREGATE = 'pool_stats';
const STALE_MS = ANSWER_KINDS[AGGREGATE].staleSeconds * 1000;

const test = onServices.extend('admin', async ({ fileRedis }, { onCleanup }) => {
  await fileRedis.flush();
  const client = new Redis(fileRedis.url);
  onCleanup(() => client.disconnect());
  return client;
});

function open(url: string, lines: string[] = []): OpenCache {
  const log = createLog({
    name: 'test',
    level: 'info',
    destination: { write: (line) => void lines.push(line) },
  });
  const opened = openCache({ url, budgetBytes: 2 ** 20, hotBytes: 0, log, clock });
  onTestFinished(() => opened.client.disconnect());
  return opened;
}

async function connected(url: string, lines: string[] = []): Promise<OpenCache> {
  const opened = open(url, lines);
  await eventually(async () => expect(await opened.cache.store.state()).toStrictEqual({ redis: 'up' }));
  return opened;
}

type Question = Partial<Lookup>;

/** The question after `version`, by default of an aggregate whose state was replaced just now. */
function ofVersion(version: number, rest: Question = {}): Lookup {
  const previous = { version: `${version - 1}`, replacedMs: 0 };
  return { kind: AGGREGATE, question: ['q'], version: `${version}`, previous, schema, signal, ...rest };
}

type Compute = (shared: AbortSignal) => Promise<string>;

/** The answer to a question, which is a text. `version`: of what is computed, by default that of the question. */
async function answerTo(
  cache: ResponseCache,
  lookup: Lookup,
  compute: Compute,
  version = lookup.version,
): Promise<string> {
  const computed = async (shared: AbortSignal) => KeptAnswer.of(await compute(shared), { version });
  return (await cache.getOrCompute(lookup, computed)).parse();
}

/** A computation that ends when the test says so. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const compute = (shared: AbortSignal): Promise<string> => {
    signals.push(shared);
    shared.addEventListener('abort', () => reject(shared.reason));
    return promise;
  };
  return { compute, resolve, reject, signals };
}

const never = (): Promise<string> => Promise.reject(new TypeError('this is kept'));

/** Keeps the answer of a version, and waits until Redis has it. */
async function keep(cache: ResponseCache, version: number, answer: string): Promise<void> {
  await answerTo(cache, ofVersion(version, { previous: undefined }), async () => answer);
  const { hits } = cache.statistics.of(AGGREGATE);
  await eventually(async () => {
    expect(await answerTo(cache, ofVersion(version), never)).toBe(answer);
    expect(cache.statistics.of(AGGREGATE).hits).toBeGreaterThan(hits);
  });
}

describe('two hundred equal requests to a cold cache', () => {
  test('are answered by one computation, one in each of two replicas', async ({ admin: _, fileRedis }) => {
    const replicas = [await connected(fileRedis.url), await connected(fileRedis.url)];
    const work = replicas.map(pending);
    const answers = replicas.flatMap(({ cache }, place) =>
      Array.from({ length: 200 }, () => answerTo(cache, ofVersion(1), work[place]?.compute ?? never)),
    );
    await eventually(() => expect(work.map(({ signals }) => signals.length)).toStrictEqual([1, 1]));
    for (const { resolve } of work) resolve('answer');
    expect(new Set(await Promise.all(answers))).toStrictEqual(new Set(['answer']));
    for (const { cache } of replicas) {
      expect(cache.statistics.of(AGGREGATE)).toMatchObject({ misses: 1, shared: 199, computed: 1, hits: 0 });
    }
  });

  test('are so without Redis', async () => {
    const { cache } = open('redis://127.0.0.1:1');
    const { compute, resolve, signals } = pending();
    const answers = Array.from({ length: 200 }, () => answerTo(cache, ofVersion(1), compute));
    await eventually(() => expect(signals).toHaveLength(1));
    resolve('answer');
    expect(new Set(await Promise.all(answers))).toStrictEqual(new Set(['answer']));
    expect(cache.statistics.of(AGGREGATE)).toMatchObject({ misses: 1, shared: 199, computed: 1 });
  });
});

describe('an answer of the state before', () => {
  test('is served at once to all, while one computation makes the new one', async ({
    admin: _,
    fileRedis,
  }) => {
    const { cache } = await connected(fileRedis.url);
    await keep(cache, 1, 'old');
    const { compute, resolve, signals } = pending();
    const ask = () => answerTo(cache, ofVersion(2), compute);
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(answers)).toStrictEqual(new Set(['old']));
    expect(await ask()).toBe('old');
    expect(signals).toHaveLength(1);
    resolve('new');
    await eventually(async () => expect(await ask()).toBe('new'));
    expect(signals).toHaveLength(1);
    expect(cache.statistics.of(AGGREGATE)).toMatchObject({ misses: 1, computed: 2 });
    expect(cache.statistics.of(AGGREGATE).stale_hits).toBeGreaterThanOrEqual(51);
  });

  test('is served no longer than its kind allows, nor if it is older, nor for kinds that events report', async ({
    admin: _,
    fileRedis,
  }) => {
    const { cache } = await connected(fileRedis.url);
    await keep(cache, 1, 'old');
    const late = { previous: { version: '1', replacedMs: STALE_MS } };
    expect(await answerTo(cache, ofVersion(2, late), async () => 'new')).toBe('new');
    await keep(cache, 2, 'new');
    expect(await answerTo(cache, ofVersion(4), async () => 'newest')).toBe('newest');

    const reported = { kind: 'pool' } as const;
    await answerTo(cache, ofVersion(1, reported), async () => 'old');
    expect(await answerTo(cache, ofVersion(2, reported), async () => 'new')).toBe('new');
    expect(cache.statistics.of('pool').stale_hits).toBe(0);
    expect(cache.statistics.of(AGGREGATE).stale_hits).toBe(0);
  });

  test('never comes back: whoever computes it late changes no newer answer', async ({
    admin: _,
    fileRedis,
  }) => {
    const [slow, fast] = [await connected(fileRedis.url), await connected(fileRedis.url)];
    const late = pending();
    const lateAnswer = answerTo(slow.cache, ofVersion(1), late.compute);
    await keep(fast.cache, 2, 'second');
    late.resolve('first');
    expect(await lateAnswer).toBe('first');
    await eventually(async () => expect(await answerTo(slow.cache, ofVersion(1), never)).toBe('first'));
    expect(await answerTo(slow.cache, ofVersion(2), never)).toBe('second');
    expect(await answerTo(slow.cache, ofVersion(3), pending().compute)).toBe('second');
  });

  test('is not kept under the state that was asked of, if it was made from a later one', async ({
    admin: _,
    fileRedis,
  }) => {
    const { cache } = await connected(fileRedis.url);
    expect(await answerTo(cache, ofVersion(1), async () => '2', '2')).toBe('2');
    await eventually(async () => expect(await answerTo(cache, ofVersion(2), never)).toBe('2'));
    expect(await answerTo(cache, ofVersion(1), async () => '1')).toBe('1');
  });

  test('is served although the new one cannot be computed, which is logged', async ({
    admin: _,
    fileRedis,
  }) => {
    const lines: string[] = [];
    const { cache } = await connected(fileRedis.url, lines);
    await keep(cache, 1, 'old');
    const broken = () => Promise.reject(new Error('Postgres is away'));
    expect(await answerTo(cache, ofVersion(2), broken)).toBe('old');
    await eventually(() => expect(lines.join('')).toContain('Postgres is away'));
    expect(await answerTo(cache, ofVersion(2), broken)).toBe('old');
  });

  test('is computed anew for four questions at a time', async ({ admin: _, fileRedis }) => {
    const { cache } = await connected(fileRedis.url);
    const questions = Array.from({ length: 6 }, (__, place) => ({ question: [place] }));
    for (const question of questions) {
      await answerTo(cache, ofVersion(1, { ...question, previous: undefined }), async () => 'old');
    }
    const { compute, resolve, signals } = pending();
    const ask = () =>
      Promise.all(questions.map((question) => answerTo(cache, ofVersion(2, question), compute)));
    expect(new Set(await ask())).toStrictEqual(new Set(['old']));
    expect(signals).toHaveLength(4);
    resolve('new');
    await eventually(async () => expect(new Set(await ask())).toStrictEqual(new Set(['new'])));
    expect(signals).toHaveLength(6);
  });
});

describe('a stop', () => {
  const context = { signal, deadline: Infinity, remaining: () => Infinity };

  test('ends what is computed in the background at once, and lets none begin', async ({
    admin: _,
    fileRedis,
  }) => {
    const { cache, revalidations } = await connected(fileRedis.url);
    await keep(cache, 1, 'old');
    const { compute, signals } = pending();
    expect(await answerTo(cache, ofVersion(2), compute)).toBe('old');
    revalidations.announce();
    await revalidations.close();
    expect(signals.map(({ aborted }) => aborted)).toStrictEqual([true]);
    expect(revalidations.counts()).toStrictEqual({ revalidationsBegun: 1, revalidationsCut: 1 });
    expect(await answerTo(cache, ofVersion(2), never)).toBe('old');
    expect(revalidations.counts()).toMatchObject({ revalidationsBegun: 1 });
  });

  test('leaves a computation to the request that waits for it too, and reports what the cache did', async ({
    admin: _,
    fileRedis,
  }) => {
    const opened = await connected(fileRedis.url);
    const { cache, revalidations } = opened;
    await keep(cache, 1, 'old');
    const before = cache.statistics.of(AGGREGATE);
    const { compute, resolve } = pending();
    expect(await answerTo(cache, ofVersion(2), compute)).toBe('old');
    const waiting = answerTo(cache, ofVersion(2, { previous: undefined }), never);
    await eventually(() => expect(cache.statistics.of(AGGREGATE).shared).toBe(before.shared + 1));
    revalidations.announce();
    await revalidations.close();
    resolve('new');
    expect(await waiting).toBe('new');
    await opened.close(context);
    expect(opened.counts()).toMatchObject({
      stale_hits: 1,
      computed: 2,
      [`${AGGREGATE}.stale_hits`]: 1,
    });
  });
});

describe('Redis', () => {
  test('that is emptied costs one computation', async ({ admin: _, fileRedis }) => {
    const { cache } = await connected(fileRedis.url);
    await keep(cache, 1, 'old');
    await fileRedis.flush();
    expect(await answerTo(cache, ofVersion(1), async () => 'again')).toBe('again');
    await eventually(async () => expect(await answerTo(cache, ofVersion(1), never)).toBe('again'));
  });

  test('that is full keeps no answer, and is named', async ({ admin, fileRedis }) => {
    const lines: string[] = [];
    const { cache } = await connected(fileRedis.url, lines);
    await keep(cache, 1, 'kept');
    const ask = () => answerTo(cache, ofVersion(2, { previous: undefined }), async () => 'new');
    await admin.config('SET', 'maxmemory', '1');
    try {
      expect(await ask()).toBe('new');
      await eventually(() => expect(lines.join('')).toContain('OOM'));
      expect(await ask()).toBe('new');
      expect(cache.statistics.of(AGGREGATE)).toMatchObject({ misses: 3, computed: 3 });
    } finally {
      await admin.config('SET', 'maxmemory', '0');
    }
    await eventually(async () => expect(await answerTo(cache, ofVersion(1), never)).toBe('kept'));
  });
});
