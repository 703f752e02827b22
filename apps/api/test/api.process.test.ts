import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { describe, expect, vi } from 'vitest';
import { ApiProcess } from './support/api-process.ts';
import { expectProblem } from './support/open-api.ts';
import { rawExchange } from './support/raw-exchange.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

/** A database with some ledgers. */
const test = onServices.extend('stored', { scope: 'file' }, async ({ fileDatabase }) => {
  await migrate(fileDatabase.url);
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  await storedSimulation(db).close(40);
});

async function statusOf(api: ApiProcess, path: string): Promise<[number, unknown]> {
  const response = await api.get(path);
  return [response.status, await response.json()];
}

test('a bad environment ends it with 78, every fault named', async () => {
  const api = new ApiProcess({
    API_PORT: '70000',
    CORS_ORIGINS: 'example.com',
    LOG_LEVEL: 'loud',
    SHUTDOWN_DELAY: '1',
    SHUTDOWN_DB_TIMEOUT: 'x',
  });
  expect(await api.ended).toBe(78);
  const names = [
    'DATABASE_URL',
    'REDIS_URL',
    'API_PORT',
    'CORS_ORIGINS',
    'LOG_LEVEL',
    'SHUTDOWN_DELAY',
    'SHUTDOWN_DB_TIMEOUT',
  ];
  for (const name of names) expect(api.output).toContain(`\n  ${name}: got `);
});

test('without a Postgres the start fails with 75 once its time is over', async ({ redis, fileDatabase }) => {
  const url = new URL(fileDatabase.url);
  url.port = '1';
  const api = new ApiProcess({ DATABASE_URL: url.href, REDIS_URL: redis.url, START_TIMEOUT: '1' });
  expect(await api.ended).toBe(75);
  expect(api.output).toContain('ECONNREFUSED');
  expect(api.output).not.toContain(url.password);
});

test('on a database of another version the start fails with 78 and says what to do', async ({
  postgres,
  redis,
}) => {
  const url = await postgres.createDatabase();
  const api = new ApiProcess({ DATABASE_URL: url, REDIS_URL: redis.url });
  expect(await api.ended).toBe(78);
  expect(api.output).toContain('insights migrate');
  await postgres.dropDatabase(new URL(url).pathname.slice(1));
});

describe('a request that is none is answered with a problem', () => {
  test('by its kind', async ({ database, redis, stored: _ }) => {
    const api = new ApiProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    const port = await api.port;
    const host = 'Host: localhost\r\n';
    const cases: [string, number][] = [
      [`GET /api/v1/payments?memo=${'x'.repeat(1_000_000)} HTTP/1.1\r\n${host}\r\n`, 414],
      [`GET /api/v1/payments?memo=${'x'.repeat(9000)} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 414],
      [`GET / HTTP/1.1\r\n${host}X: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
      ['hello\r\n\r\n', 400],
      ['GET /\0 HTTP/1.1\r\n\r\n', 400],
      [`GET /a\\b HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
      ['GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      ['GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n', 400],
      [`GET /api/v1/ledgers?limit=%00 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
      [`POST / HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400],
      [`GET / HTTP/1.1\r\n${host}Expect: a miracle\r\nConnection: close\r\n\r\n`, 417],
      [`TRACE /api/v1/ledgers HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 405],
    ];
    for (const [bytes, status] of cases) await expectProblem(await rawExchange(port, bytes), status);
    expect((await api.get('/health/ready')).status).toBe(200);
  });
});

test('while Postgres is away it says so, and it goes on once Postgres is back', async ({
  database,
  postgres,
  redis,
  stored: _,
}) => {
  const api = new ApiProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await vi.waitFor(async () => {
    expect(await statusOf(api, '/health/ready')).toStrictEqual([
      200,
      { status: 'ready', postgres: 'up', redis: 'up' },
    ]);
  }, PATIENCE);
  await postgres.stop('immediate');
  await vi.waitFor(async () => {
    expect(await statusOf(api, '/health/ready')).toStrictEqual([
      503,
      { status: 'not_ready', postgres: 'away', redis: 'up' },
    ]);
  }, PATIENCE);
  for (const path of ['/api/v1/corridors', '/api/v1/ledgers', '/api/v1/payments', '/api/v1/network']) {
    const response = await api.get(path);
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await expectProblem(response, 503)).code).toBe('database_unavailable');
  }
  expect((await api.get('/health/live')).status).toBe(200);
  await postgres.start();
  await vi.waitFor(async () => {
    expect((await api.get('/health/ready')).status).toBe(200);
    expect((await api.get('/api/v1/corridors')).status).toBe(200);
  }, PATIENCE);
});

test('without Redis, stopped or frozen, it is degraded and answers', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = new ApiProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  for (const end of [() => redis.stop(), () => redis.freeze()]) {
    await end();
    await vi.waitFor(async () => {
      expect(await statusOf(api, '/health/ready')).toStrictEqual([
        200,
        { status: 'degraded', postgres: 'up', redis: 'away' },
      ]);
    }, PATIENCE);
    expect((await api.get('/api/v1/corridors')).status).toBe(200);
    await redis.thaw();
    await redis.start();
    await vi.waitFor(
      async () => expect(await statusOf(api, '/health/ready')).toMatchObject([200, { status: 'ready' }]),
      PATIENCE,
    );
  }
});

test('a stop under load loses no request, and readiness says so first', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = new ApiProcess({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await api.port;
  const turnedAway = new AbortController();
  let answered = 0;
  const client = async (path: string): Promise<void> => {
    while (!turnedAway.signal.aborted) {
      const response = await api.get(path);
      const text = await response.text();
      expect(response.status, text).toBe(200);
      answered += 1;
    }
  };
  const clients = [
    '/api/v1/corridors',
    '/api/v1/payments?limit=200',
    '/api/v1/ledgers',
    '/api/v1/network',
  ].map(client);
  await vi.waitFor(() => expect(answered).toBeGreaterThan(40), PATIENCE);
  api.signal('SIGTERM');
  // As a load balancer: it turns away once three probes have seen the 503.
  let refusals = 0;
  while (refusals < 3) {
    const { status } = await api.get('/health/ready', { connection: 'close' });
    refusals = status === 503 ? refusals + 1 : 0;
    const before = answered;
    await vi.waitFor(() => expect(answered).toBeGreaterThan(before), PATIENCE);
  }
  turnedAway.abort();
  await Promise.all(clients);
  expect(await api.ended).toBe(0);
  expect(api.report).toMatchObject({ outcome: 'clean', readiness: { outcome: 'quiet' } });
  const { inFlight = 0, accepted = 0, finished, cut } = api.report?.counts ?? {};
  expect({ finished, cut }).toStrictEqual({ finished: inFlight + accepted, cut: 0 });
});
