import { TableLock } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { describe, expect, onTestFinished } from 'vitest';
import { expectProblem } from './support/open-api.ts';
import { adminAnswer, adminUrl, startApi } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const DATA_PATHS = ['/api/v1/corridors', '/api/v1/ledgers', '/api/v1/payments', '/api/v1/network'];

/** In the readiness of an API whose Postgres is away, and of one beside which no worker has ever run. */
const nothingKnown = { stale: false, errors: {}, newest_ledger_age_seconds: null, tasks: [] };
const noTasks = { ...nothingKnown, newest_ledger_age_seconds: expect.any(Number) as number };

/** A database with some ledgers. */
const test = onServices.extend('stored', { scope: 'file' }, async ({ fileDatabase }) => {
  await migrate(fileDatabase.url);
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  await storedSimulation(db).close(40);
});

async function answerOf(api: TestProgram, path: string): Promise<[number, unknown]> {
  const response = await api.get(path);
  return [response.status, await response.json()];
}

async function expectUnavailable(api: TestProgram): Promise<void> {
  for (const path of DATA_PATHS) {
    const response = await api.get(path);
    expect(response.headers.get('retry-after')).toBe('1');
    expect((await expectProblem(response, 503)).code).toBe('database_unavailable');
  }
}

describe('a start that cannot succeed ends with 78 and says what to do', () => {
  test('if the environment has faults, naming each of them', async () => {
    const api = await startApi({
      API_PORT: '70000',
      CORS_ORIGINS: 'example.com',
      LOG_LEVEL: 'loud',
      SHUTDOWN_REPROT: '1',
      SHUTDOWN_DB_TIMEOUT: 'x',
    });
    expect(await api.ended()).toEqual({ code: 78, signal: null });
    const names = [
      'DATABASE_URL',
      'REDIS_URL',
      'API_PORT',
      'CORS_ORIGINS',
      'LOG_LEVEL',
      'SHUTDOWN_REPROT',
      'SHUTDOWN_DB_TIMEOUT',
    ];
    for (const name of names) expect(api.output).toContain(`\n  ${name}: found `);
  });

  test('if the database has another version, or refuses the user', async ({ postgres, redis }) => {
    const url = await postgres.createDatabase();
    const old = await startApi({ DATABASE_URL: url, REDIS_URL: redis.url });
    expect(await old.ended()).toEqual({ code: 78, signal: null });
    expect(old.output).toContain('insights migrate');

    const stranger = new URL(url);
    stranger.username = 'nobody-knows-me';
    const refusals = [
      ['DATABASE_URL', { DATABASE_URL: stranger.href }],
      [
        'DATABASE_DIRECT_URL',
        { DATABASE_URL: url, DATABASE_POOLER: 'session', DATABASE_DIRECT_URL: stranger.href },
      ],
    ] as const;
    const expectRefusal = async ([variable, env]: (typeof refusals)[number]): Promise<void> => {
      const refused = await startApi({ ...env, REDIS_URL: redis.url });
      expect(await refused.ended()).toEqual({ code: 78, signal: null });
      expect(refused.output).toContain(`check user and password in ${variable}`);
      expect(refused.output).not.toContain(stranger.password);
    };
    await Promise.all(refusals.map(expectRefusal));
    await postgres.dropDatabase(new URL(url).pathname.slice(1));
  });
});

test('an API without Postgres is alive but not ready, at its start and later, and recovers without a restart', async ({
  database,
  postgres,
  redis,
  stored: _,
}) => {
  await postgres.stop();
  const api = await startApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toStrictEqual([
      503,
      { status: 'not_ready', postgres: 'away', redis: 'up', ...nothingKnown },
    ]),
  );
  expect(await answerOf(api, '/health/live')).toStrictEqual([200, { status: 'live' }]);
  expect(await answerOf(api, '/health/startup')).toStrictEqual([503, { status: 'starting' }]);
  expect(await api.status('/openapi.json')).toBe(200);
  await expectUnavailable(api);
  await api.logged<{ err?: { message: string } }>(
    ({ err }) => err?.message.includes('ECONNREFUSED') === true,
  );
  expect(api.output).not.toContain(new URL(database.url).password);

  await postgres.start();
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toStrictEqual([
      200,
      { status: 'ready', postgres: 'up', redis: 'up', ...noTasks },
    ]),
  );
  expect(await answerOf(api, '/health/startup')).toStrictEqual([200, { status: 'started' }]);
  for (const path of DATA_PATHS) expect(await api.status(path)).toBe(200);

  await postgres.stop('immediate');
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toStrictEqual([
      503,
      { status: 'not_ready', postgres: 'away', redis: 'up', ...nothingKnown },
    ]),
  );
  await expectUnavailable(api);
  expect(await api.status('/health/live')).toBe(200);
  expect(await api.status('/health/startup')).toBe(200);
  await postgres.start();
  await api.ready();
  await api.ready('/api/v1/corridors');
});

test('an API whose Redis is stopped or frozen is degraded and answers', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = await startApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await api.ready();
  for (const disturb of [() => redis.stop(), () => redis.freeze()]) {
    await disturb();
    await eventually(async () =>
      expect(await adminAnswer(api, '/health/ready')).toStrictEqual([
        200,
        { status: 'degraded', postgres: 'up', redis: 'away', ...noTasks },
      ]),
    );
    expect(await api.status('/api/v1/corridors')).toBe(200);
    await redis.thaw();
    await redis.start();
    await eventually(async () =>
      expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { status: 'ready' }]),
    );
  }
});

test('an API whose Redis is full is degraded, says why, and answers', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = await startApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await api.ready();
  const setLimit = (bytes: string) => redis.command('CONFIG', 'SET', 'maxmemory', bytes);
  onTestFinished(async () => void (await setLimit('0')));
  await setLimit('1');
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([
      200,
      { status: 'degraded', redis: 'failing', reason: expect.stringMatching(/^redis: OOM/) as string },
    ]),
  );
  expect(await api.status('/api/v1/corridors')).toBe(200);
  await api.logged<{ msg?: string }>(({ msg }) => msg?.startsWith('OOM') === true);
  await setLimit('0');
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { status: 'ready' }]),
  );
});

test('metrics and the details of health are on the admin port only, which opens first and closes last', async ({
  database,
  postgres,
  redis,
  stored: _,
}) => {
  const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, SHUTDOWN_READINESS_DELAY: '0' };
  const api = await startApi(env);
  await api.ready();
  const admin = await adminUrl(api);
  expect(api.output.indexOf('health and metrics are served')).toBeLessThan(
    api.output.indexOf('the API is served'),
  );
  expect(await answerOf(api, '/health/ready')).toStrictEqual([200, { status: 'ready' }]);
  expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { status: 'ready', postgres: 'up' }]);
  expect(await (await fetch(`${admin}/metrics`)).text()).toContain('insights_api_cache_lookups_total');
  await expectProblem(await api.get('/metrics'), 404);
  const { paths, components } = (await (await api.get('/openapi.json')).json()) as {
    paths: object;
    components: { schemas: Record<string, { properties: object }> };
  };
  expect(Object.keys(paths)).not.toContain('/metrics');
  expect(Object.keys(components.schemas['Readiness']?.properties ?? {})).toEqual(['status']);
  expect((await fetch(`${admin}/api/v1/network`)).status).toBe(404);

  const lock = await TableLock.take(database.url, 'dirty_corridor_buckets');
  onTestFinished(() => lock[Symbol.asyncDispose]());
  const inFlight = api.get('/api/v1/corridors');
  await eventually(async () => {
    const connections = await postgres.connections(new URL(database.url).pathname.slice(1));
    expect(connections.filter(({ waitsForLock }) => waitsForLock)).toHaveLength(1);
  });
  await api.signal('SIGTERM');
  await eventually(async () => expect(await api.status('/health/live')).toBeUndefined());
  expect(await adminAnswer(api, '/health/live')).toStrictEqual([200, { status: 'live' }]);
  expect(await adminAnswer(api, '/health/ready')).toMatchObject([503, { status: 'not_ready' }]);
  await lock[Symbol.asyncDispose]();
  expect((await inFlight).status).toBe(200);
  expect(await api.ended()).toEqual({ code: 0, signal: null });
});

test('a stop under load loses no request, and readiness reports it first', async ({
  database,
  redis,
  stored: _,
}) => {
  const api = await startApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
  await api.ready();
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
  await eventually(() => answered > 40);
  await api.signal('SIGTERM');
  // The clients are a load balancer: it stops sending requests once three probes have seen the 503.
  let refusals = 0;
  while (refusals < 3) {
    const { status } = await api.get('/health/ready', { headers: { connection: 'close' } });
    refusals = status === 503 ? refusals + 1 : 0;
    const before = answered;
    await eventually(() => answered > before);
  }
  turnedAway.abort();
  await Promise.all(clients);
  expect(await api.ended()).toEqual({ code: 0, signal: null });
  const report = api.report<ShutdownReport>();
  expect(report).toMatchObject({ outcome: 'clean', readiness: { outcome: 'quiet' } });
  const { inFlight = 0, accepted = 0, finished, cut } = report?.counts ?? {};
  expect({ finished, cut }).toStrictEqual({ finished: inFlight + accepted, cut: 0 });
  const { hits = 0, misses = 0, computed, 'corridor_list.hits': ofCorridors } = report?.counts ?? {};
  expect(hits).toBeGreaterThan(0);
  expect({ computed, ofCorridors }).toStrictEqual({ computed: misses, ofCorridors: hits });
});
