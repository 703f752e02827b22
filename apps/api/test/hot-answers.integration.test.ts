import type { CacheStats } from '@stellar-insights/contract';
import { transaction } from '@stellar-insights/db';
import { renewEpoch } from '@stellar-insights/db/log';
import { beginSync, storeSnapshot } from '@stellar-insights/db/state-syncs';
import { PlanRecorder } from '@stellar-insights/db/testing';
import { eventually } from '@stellar-insights/devstack/testing';
import { accountOfKey } from '@stellar-insights/ledger';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { afterEach, describe, expect, onTestFinished, vi } from 'vitest';
import { createApi } from '../src/api.ts';
import type { Coding } from '../src/answers/content-coding.ts';
import { ANSWER_KINDS } from '../src/cache/answer-kinds.ts';
import { HotAnswers } from '../src/cache/hot-answers.ts';
import { KeptAnswer } from '../src/cache/kept-answer.ts';
import { openCache } from '../src/cache/open-cache.ts';
import { ask, corridorPath, type Api } from './support/ask.ts';
import { decoded } from './support/decoded.ts';
import { storeWalkedAnchors, WALKED_ANCHOR } from './support/stored-anchors.ts';
import { FIRST_POOL, storedState } from './support/stored-state.ts';
import { storedSimulation } from './support/stored-simulation.ts';
import { test as onStage } from './support/stage.ts';

const USD = `USD:${accountOfKey(Buffer.alloc(32, 7))}`;

const test = onStage.extend('simulation', { scope: 'file' }, async ({ db }) => {
  const simulation = storedSimulation(db);
  await simulation.close(40);
  await storedState(db, USD);
  await storeWalkedAnchors(db);
  return simulation;
});

afterEach(() => {
  vi.restoreAllMocks();
});

const CORRIDOR = corridorPath('native', 'native');
/** One of each kind of kept answer. */
const PATHS = [
  '/api/v1/corridors',
  CORRIDOR,
  `${CORRIDOR}/history?interval=5m`,
  `${CORRIDOR}/failures`,
  '/api/v1/liquidity-pools',
  '/api/v1/liquidity-pools/stats',
  '/api/v1/liquidity-pools/rankings',
  `/api/v1/liquidity-pools/${FIRST_POOL}`,
  `/api/v1/liquidity-pools/${FIRST_POOL}/snapshots`,
  '/api/v1/assets',
  `/api/v1/assets/${USD}`,
  '/api/v1/trustlines/stats',
  '/api/v1/trustlines/rankings',
  `/api/v1/trustlines/${USD}/history`,
  '/api/v1/anchors',
  `/api/v1/anchors/${WALKED_ANCHOR}`,
  `/api/v1/anchors/${WALKED_ANCHOR}/history`,
  `/api/v1/anchors/${WALKED_ANCHOR}/incidents`,
];

/** The texts of answers that are parsed or rendered while `work` runs. */
async function jsonOf(work: () => Promise<unknown>): Promise<string[]> {
  const { parse, stringify } = JSON;
  const texts: string[] = [];
  vi.spyOn(JSON, 'parse').mockImplementation((text: string, ...rest) => {
    texts.push(text);
    return parse(text, ...rest) as unknown;
  });
  vi.spyOn(JSON, 'stringify').mockImplementation((...given: Parameters<typeof stringify>) => {
    const text = stringify(...given);
    texts.push(text);
    return text;
  });
  await work();
  vi.restoreAllMocks();
  return texts.filter((text) => /"as_of"/.test(text));
}

async function hits(api: Api): Promise<number> {
  const { data } = await ask<CacheStats>(api, '/api/v1/cache/stats');
  return data.kinds.reduce((sum, kind) => sum + kind.hits, 0);
}

/** What an answer consists of, but for what is of the request. */
async function shown(api: Api, path: string, headers: Record<string, string> = {}) {
  const response = await api.request(path, { headers });
  expect(response.status, path).toBe(200);
  const sent = Object.fromEntries(response.headers);
  delete sent['x-request-id'];
  return { headers: sent, body: Buffer.from(await response.arrayBuffer()).toString('latin1') };
}

describe('an answer that was sent before', () => {
  test('is sent again byte by byte in every coding, from memory and from Redis, and no JSON of it is parsed or rendered', async ({
    api,
    parts,
    db,
    log,
    fileRedis,
    simulation: _,
  }) => {
    // Another replica, which has nothing at hand.
    const { cache, client } = openCache({
      url: fileRedis.url,
      budgetBytes: 2 ** 26,
      hotBytes: 0,
      log,
      clock,
    });
    onTestFinished(() => client.disconnect());
    const other = createApi({ ...parts, services: { db, cache } });
    for (const path of PATHS) {
      const first = await shown(api, path);
      await eventually(async () => {
        const before = await hits(other);
        const texts = await jsonOf(async () => expect(await shown(other, path)).toStrictEqual(first));
        expect(await hits(other), path).toBe(before + 1);
        expect(texts, path).toStrictEqual([]);
      });
      for (const coding of ['identity', 'br', 'gzip', 'br'] as const) {
        // An answer is computed again after seconds.
        await eventually(async () => {
          const before = await hits(api);
          const texts = await jsonOf(async () => {
            const { headers, body } = await shown(api, path, { 'accept-encoding': coding });
            const sent = (headers['content-encoding'] ?? 'identity') as Coding;
            expect(decoded(Buffer.from(body, 'latin1'), sent), `${path} ${coding}`).toBe(first.body);
          });
          expect(texts, path).toStrictEqual([]);
          expect(await hits(api), path).toBe(before + 1);
        });
      }
    }
  });

  test('costs one statement, which reads the state', async ({ parts, url, services, simulation: _ }) => {
    await using recorder = new PlanRecorder(url);
    const api = createApi({ ...parts, services: { ...services, db: recorder.db } });
    for (const path of PATHS) {
      await eventually(async () => {
        await shown(api, path);
        const plans = await recorder.plansOf(() => shown(api, path));
        // The price of an asset is of another reading than its holders.
        expect(plans.length, path).toBe(path === `/api/v1/assets/${USD}` ? 2 : 1);
      });
    }
  });

  test('is not sent once a ledger, a reading or another log is there', async ({ api, db, simulation }) => {
    const cursorOf = async (path: string) =>
      (await ask<{ as_of: { cursor: string; to_ledger: number } }>(api, path)).as_of;
    const stateOf = async (path: string) =>
      (await ask<{ state: { read_at: string } }>(api, path)).state.read_at;
    const before = await cursorOf(CORRIDOR);
    await simulation.close(1);
    expect((await cursorOf(CORRIDOR)).to_ledger).toBe(before.to_ledger + 1);

    const pool = `/api/v1/liquidity-pools/${FIRST_POOL}`;
    const readAt = await stateOf(pool);
    await storedState(db, USD);
    expect(await stateOf(pool)).not.toBe(readAt);

    const { cursor } = await cursorOf(CORRIDOR);
    await renewEpoch(db);
    expect((await cursorOf(CORRIDOR)).cursor).not.toBe(cursor);
  });

  test('says that its reading is stale once it is, with another ETag', async ({ api, db, simulation: _ }) => {
    const path = '/api/v1/liquidity-pools/stats';
    const state = { source: 'horizon', coverage: 'complete', fromLedger: 1, toLedger: 2 } as const;
    const isStale = async () => (await ask<{ state: { is_stale: boolean } }>(api, path)).state.is_stale;
    const fresh = await eventually(async () => {
      const begun = await db.run((executor) => beginSync(executor, 'pools'));
      await transaction(db, (tx) => storeSnapshot(tx, begun, { state, staleAfterMs: 2000 }));
      // The answer of the reading before may come first.
      await eventually(async () => expect((await shown(api, path)).body).toContain('"from_ledger":1,'));
      const answer = await shown(api, path);
      return answer.body.includes('"is_stale":false') ? answer : null;
    });
    const { etag = '' } = fresh.headers;
    await eventually(async () => expect(await isStale()).toBe(true));
    const stale = await shown(api, path, { 'if-none-match': etag });
    expect(stale.body).toBe(fresh.body.replace('"is_stale":false', '"is_stale":true'));
    expect(stale.headers['etag']).not.toBe(etag);
    expect(await shown(api, path)).toStrictEqual(stale);
  });
});

describe('the answers at hand', () => {
  const answer = (length: number) => ({
    kind: 'corridor' as const,
    kept: KeptAnswer.of('x'.repeat(length), { version: '1' }),
    headers: {},
    isNegotiated: true,
    stands: async () => true,
  });

  test('take no more than their room, and those that were not asked for make place', () => {
    const hot = new HotAnswers(100_000);
    for (let place = 0; place < 50; place += 1) {
      hot.keep(`/${place}`, answer(2000));
      hot.get('/0');
      expect(hot.bytes).toBeLessThanOrEqual(100_000);
    }
    expect(hot.bytes).toBeGreaterThan(90_000);
    expect([hot.get('/0'), hot.get('/1'), hot.get('/49')].map((found) => found !== undefined)).toStrictEqual([
      true,
      false,
      true,
    ]);
    hot.keep('/large', answer(10_000));
    expect(hot.get('/large')).toBeUndefined();
  });

  test('are forgotten when their time is over', () => {
    let now = 0;
    const hot = new HotAnswers(100_000, { now: () => now });
    hot.keep('/', answer(1));
    now = ANSWER_KINDS.corridor.keepSeconds * 1000 - 1;
    expect(hot.get('/')).toBeDefined();
    now += 1;
    expect([hot.get('/'), hot.bytes]).toStrictEqual([undefined, 0]);
  });

  test('are none without room', () => {
    const hot = new HotAnswers(0);
    hot.keep('/', answer(1));
    expect(hot.get('/')).toBeUndefined();
  });
});
