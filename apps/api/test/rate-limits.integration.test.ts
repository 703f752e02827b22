import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { eventually } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { createLog } from '@stellar-insights/runtime/log';
import { cacheRedis } from '@stellar-insights/runtime/redis';
import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished } from 'vitest';
import type { RateLimitConfig } from '../src/rate-limits/rate-limit-config.ts';
import { RateLimits } from '../src/rate-limits/rate-limits.ts';
import { expectProblem } from './support/open-api.ts';
import { rawExchange, rawExchanges } from './support/raw-exchange.ts';
import { serveApi } from './support/small-server.ts';
import { UPGRADE, upgradeRequest } from './realtime/raw-web-socket.ts';

interface ReplicaSettings extends Partial<RateLimitConfig> {
  readonly redisUrl?: string;
  readonly clock?: Clock;
  readonly trustedProxies?: number;
}

/** An API that has no services but the limits of one process. Without a Redis, or until it shares one, it counts alone. */
class Replica {
  readonly limits: RateLimits;
  readonly port: number;
  readonly lines: readonly string[];
  readonly #registry: Registry;
  readonly #redis: Redis | undefined;

  private constructor(
    limits: RateLimits,
    port: number,
    lines: readonly string[],
    registry: Registry,
    redis: Redis | undefined,
  ) {
    this.limits = limits;
    this.port = port;
    this.lines = lines;
    this.#registry = registry;
    this.#redis = redis;
  }

  static async start({
    redisUrl,
    clock = systemClock,
    trustedProxies = 0,
    ...config
  }: ReplicaSettings): Promise<Replica> {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const log = createLog({ name: 'test', level: 'info', destination });
    const registry = new Registry();
    const limits = new RateLimits({ config: { perKey: 0, perAddress: 0, ...config }, registry, clock, log });
    const redis = redisUrl === undefined ? undefined : new Redis(redisUrl, cacheRedis('test'));
    if (redis !== undefined) {
      redis.on('error', () => undefined);
      onTestFinished(() => redis.disconnect());
      await once(redis, 'ready');
      limits.share(redis, 'test');
    }
    return new Replica(limits, await serveApi({ limits, trustedProxies }), lines, registry, redis);
  }

  /** Resolves once Redis has answered what was sent so far. */
  async hasLearned(): Promise<void> {
    await this.#redis?.ping();
    await setImmediate();
  }

  async get(path = '/api/v1/ledgers', headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.port}${path}`, { headers });
  }

  /** Whether a request without a key is let through. There is no database, so it then gets 503. */
  async admits(headers?: Readonly<Record<string, string>>): Promise<boolean> {
    const { status } = await this.get(undefined, headers);
    expect([429, 503]).toContain(status);
    return status !== 429;
  }

  async metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number | undefined> {
    const { values } = (await this.#registry.getSingleMetric(name)?.get()) ?? { values: [] };
    return values.find((value) => JSON.stringify(value.labels) === JSON.stringify(labels))?.value;
  }
}

/** How many of so many requests in turn are let through. */
async function admitted(replicas: readonly Replica[], requests: number): Promise<number> {
  let count = 0;
  for (let request = 0; request < requests; request += 1) {
    const replica = replicas[request % replicas.length];
    if (await replica?.admits()) count += 1;
    await replica?.hasLearned();
  }
  return count;
}

const test = onServices;

describe('a limited request', () => {
  test('is told what is left, and over the limit when to come back; a new window begins after that', async () => {
    const clock = fakeClock();
    const replica = await Replica.start({ perAddress: 2, clock });
    for (const remaining of [1, 0]) {
      const { headers } = await replica.get();
      expect(headers.get('ratelimit-policy')).toBe('"address";q=2;w=60');
      expect(headers.get('ratelimit')).toBe(`"address";r=${remaining};t=60`);
      expect(headers.get('access-control-expose-headers')).toContain('RateLimit,RateLimit-Policy');
    }
    await clock.advance(12_300);
    const refused = await replica.get();
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '48',
      ratelimit: '"address";r=0;t=48',
      'ratelimit-policy': '"address";q=2;w=60',
    });
    expect(await expectProblem(refused, 429)).toMatchObject({ code: 'rate_limited' });
    expect(await replica.metric('insights_api_rate_limited_total', { kind: 'address' })).toBe(1);
    expect(replica.limits.counts()).toEqual({ key: 0, address: 1, authentication: 0 });
    await clock.advance(47_700);
    expect(await replica.admits()).toBe(true);
  });

  test('is refused alike as an upgrade to a WebSocket, as a stream and where there is nothing; probes and documentation are not limited', async () => {
    const replica = await Replica.start({ perAddress: 1 });
    expect(await replica.admits()).toBe(true);
    const upgrade = upgradeRequest({ ...UPGRADE, Connection: 'Upgrade, close' });
    const answers = [
      await rawExchange(replica.port, upgrade),
      await replica.get('/api/v1/events/stream'),
      await replica.get('/api/v1/no-such-route'),
    ];
    for (const answer of answers) {
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect((await expectProblem(answer, 429)).code).toBe('rate_limited');
    }
    for (const path of ['/health/live', '/docs', '/openapi.json']) {
      const { status, headers } = await replica.get(path);
      expect([status, headers.get('ratelimit')], path).toEqual([200, null]);
    }
  });

  test('is limited by the address that the proxy saw, and as IPv6 by the /64', async () => {
    const replica = await Replica.start({ perAddress: 1, trustedProxies: 1 });
    const from = (address: string) =>
      replica.admits({ 'x-forwarded-for': address, forwarded: 'for=192.0.2.9' });
    expect(await from('192.0.2.1')).toBe(true);
    expect(await from('198.51.100.1, 192.0.2.1')).toBe(false);
    expect(await from('198.51.100.2, ::ffff:192.0.2.1')).toBe(false);
    expect(await from('192.0.2.2')).toBe(true);
    expect(await from('2001:db8::1')).toBe(true);
    expect(await from('[2001:db8::ffff]:4711')).toBe(false);
    expect(await from('2001:db8:0:1::1')).toBe(true);
  });

  test('with a key is counted by that key, up to its own limit or the default', async () => {
    const { limits } = await Replica.start({ perKey: 2, perAddress: 1 });
    const asks = (address: string, keyId: string, requestsPerMinute: number | null = null) =>
      limits.take({ address, caller: { keyId, requestsPerMinute } });
    expect(asks('192.0.2.1', 'key_1')).toMatchObject({ kind: 'key', limit: 2, remaining: 1 });
    expect(asks('192.0.2.2', 'key_1')).toMatchObject({ remaining: 0, isExceeded: false });
    expect(asks('192.0.2.3', 'key_1')).toMatchObject({ isExceeded: true });
    expect(asks('192.0.2.1', 'key_2', 5)).toMatchObject({ limit: 5, remaining: 4 });
    expect(asks('192.0.2.1', 'key_3', 0)).toBeUndefined();
    expect(limits.take({ address: '192.0.2.1', caller: undefined })).toMatchObject({ isExceeded: false });
  });

  test('with a key or token that is not valid counts harder: after a tenth of the limit it is not looked up any more', async () => {
    const replica = await Replica.start({ perAddress: 20, trustedProxies: 1 });
    const from = (address: string, path: string, credentials = {}) =>
      replica.get(path, { 'x-forwarded-for': address, ...credentials });
    const guess = { authorization: 'Bearer si_live_guess' };
    for (const path of ['/api/v1/ledgers', '/api/v1/events/stream']) {
      await expectProblem(await from('2001:db8::1', path, guess), 401);
    }
    for (const path of ['/api/v1/ledgers', '/api/v1/events/stream', '/ws']) {
      const refused = await from('2001:db8::2', path, guess);
      expect(refused.headers.get('ratelimit-policy')).toBe('"authentication";q=2;w=60');
      expect((await expectProblem(refused, 429)).code).toBe('rate_limited');
    }
    const token = { 'sec-websocket-protocol': 'insights.v1, insights.token.si_token_guess' };
    await expectProblem(await from('2001:db8::3', '/ws', token), 429);
    expect(await replica.metric('insights_api_rate_limited_total', { kind: 'authentication' })).toBe(4);
    await expectProblem(await from('2001:db8::2', '/api/v1/ledgers'), 503);
    const { limits } = replica;
    expect(limits.exceededFailures('2001:db8::4', 'key_prefix')).toBeUndefined();
    for (let key = 0; key < 18; key += 1) limits.takeFailure('2001:db8::4', `key_${key}`);
    expect(limits.exceededFailures('2001:db8::4', 'key_prefix')).toMatchObject({ limit: 20 });
    await expectProblem(await from('2001:db8:0:1::1', '/api/v1/ledgers', guess), 401);
  });

  test('among 1,000 that one client pipelines counts as each other one', async () => {
    const replica = await Replica.start({ perAddress: 10 });
    const request = 'GET /api/v1/ledgers HTTP/1.1\r\nHost: localhost\r\n';
    const answers = await rawExchanges(
      replica.port,
      `${request}\r\n`.repeat(999) + `${request}Connection: close\r\n\r\n`,
    );
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(990);
  });
});

describe('replicas that share a Redis', () => {
  test('count together: each lets a client pass the limit by a fiftieth at most', async ({ redis }) => {
    // A clock that stands still: on a busy machine a command could take so long that the replica pauses.
    const settings = { perAddress: 100, redisUrl: redis.url, clock: fakeClock() };
    const both = await Promise.all([0, 1].map(() => Replica.start(settings)));
    const count = await admitted(both, 130);
    expect(count).toBeGreaterThanOrEqual(100);
    expect(count).toBeLessThanOrEqual(104);
    const late = await Replica.start(settings);
    expect(await admitted([late], 20)).toBeLessThanOrEqual(3);

    // What was counted is lost with it, and a window begins.
    await redis.command('FLUSHALL');
    const fresh = await Replica.start(settings);
    expect(await admitted([fresh], 120)).toBe(100);
  });

  test('keep nothing in Redis of clients that ask seldom, and nothing for longer than a window', async ({
    redis,
  }) => {
    await redis.command('FLUSHALL');
    const { limits } = await Replica.start({ perAddress: 100, redisUrl: redis.url });
    for (let index = 0; index < 1000; index += 1)
      limits.take({ address: `2001:db8:${index}::1`, caller: undefined });
    for (let index = 0; index < 4; index += 1) limits.take({ address: '192.0.2.1', caller: undefined });
    const keys = await eventually(async () => {
      const found = (await redis.command('KEYS', '*')) as string[];
      return found.length > 0 && found;
    });
    expect(keys).toEqual(['{insights-test}:limit:1:address:192.0.2.1']);
    const ttl = Number(await redis.command('TTL', keys[0] ?? ''));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(60);
  });

  test('limit each by itself while Redis is frozen or away, without waiting, and share again when it is back', async ({
    redis,
  }) => {
    const replica = await Replica.start({ perAddress: 100, redisUrl: redis.url });
    let keys = 0;
    const askWithNewKeys = (): void => {
      for (let request = 0; request < 10; request += 1) {
        replica.limits.take({ address: '', caller: { keyId: `key_${(keys += 1)}`, requestsPerMinute: 50 } });
      }
    };
    for (const disturb of [() => redis.freeze(), () => redis.stop()]) {
      await disturb();
      const before = (await replica.metric('insights_api_rate_limit_unshared_total')) ?? 0;
      await eventually(async () => {
        askWithNewKeys();
        return ((await replica.metric('insights_api_rate_limit_unshared_total')) ?? 0) > before;
      });
      await redis.thaw();
      await redis.start();
    }
    await redis.stop();
    let count = 0;
    for (let request = 0; request < 110; request += 1) if (await replica.admits()) count += 1;
    expect(count).toBe(100);
    const warnings = replica.lines.filter((line) => line.includes('by what this process alone has counted'));
    expect(warnings.length).toBeGreaterThan(0);
    // Each of its causes once: Redis is slow, is away, has cut the connection.
    expect(new Set(warnings.map((line) => (JSON.parse(line) as { msg: string }).msg)).size).toBe(
      warnings.length,
    );

    await redis.start();
    await redis.command('FLUSHALL');
    await eventually(async () => {
      askWithNewKeys();
      return Number(await redis.command('DBSIZE')) > 0;
    });
  });
});

test('100,000 addresses and keys take a bounded memory', async () => {
  const replica = await Replica.start({ perKey: 100, perAddress: 100 });
  for (let index = 0; index < 100_000; index += 1) {
    replica.limits.take({
      address: `2001:db8:${(index >> 8).toString(16)}:${index & 255}::1`,
      caller: undefined,
    });
    replica.limits.take({ address: '', caller: { keyId: `key_${index}`, requestsPerMinute: null } });
  }
  expect(await replica.metric('insights_api_rate_limit_subjects')).toBe(50_000);
});
