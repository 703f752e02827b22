import { TableLock } from '@stellar-insights/devstack';
import { eventually, TcpProxy, type TestProgram } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate, type Database } from '@stellar-insights/db';
import { expect, onTestFinished } from 'vitest';
import { expectProblem } from './support/open-api.ts';
import { RawClient } from './support/raw-exchange.ts';
import { adminAnswer, adminUrl, startApi } from './support/start-api.ts';
import { storedSimulation } from './support/stored-simulation.ts';

/** A look-up that waits while the table is locked. */
const LOOK_UP = '/api/v1/payments?limit=1';
/** Connections that ask for readiness, and how often each does. */
const FLOODING = 300;
const PROBES = 20;

/** Connections of requests are given up after 13 s. */
const full = process.env['TEST_FULL'] === '1';

const test = onServices
  .extend('stored', { scope: 'file' }, async ({ fileDatabase }) => {
    await migrate(fileDatabase.url);
    await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
    await storedSimulation(db).close(10);
  })
  .extend('api', async ({ database, redis, stored: _ }) => {
    const api = await startApi({ DATABASE_URL: database.url, REDIS_URL: redis.url });
    await api.ready();
    return api;
  });

/** What the server runs for requests of the api. */
async function queriesOfRequests(admin: Database): Promise<number> {
  const rows = await admin.run(
    ({ sql }) => sql`
      select from pg_stat_activity where state <> 'idle'
        and application_name like 'insights-api-%' and application_name not like 'insights-api-control-%'`,
  );
  return rows.length;
}

/** Asks for readiness until `end`, which returns the statuses that were answered. */
function probing(api: TestProgram): { end: () => Promise<unknown[]> } {
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const statuses = new Set<unknown>();
  const probes = (async () => {
    while (!stop.signal.aborted) statuses.add(await api.status('/health/ready'));
  })();
  return {
    end: async () => {
      stop.abort();
      await probes;
      return [...statuses];
    },
  };
}

/** Requests that wait for an answer until they are aborted. */
async function pendingLookUps(api: TestProgram, count: number) {
  const url = `${await api.url()}${LOOK_UP}`;
  const abort = new AbortController();
  const answers = Array.from({ length: count }, () =>
    fetch(url, { signal: abort.signal }).then(
      (response) => response.status,
      () => 'aborted' as const,
    ),
  );
  return { abort: () => abort.abort(), answers: () => Promise.all(answers) };
}

test('forty abandoned look-ups leave nothing running, and the api ready throughout', async ({
  api,
  database,
}) => {
  await using admin = connectDatabase(database.url, { applicationName: 'admin', max: 1 });
  await using lock = await TableLock.take(database.url, 'payments');
  const probes = probing(api);
  const lookUps = await pendingLookUps(api, 40);
  await eventually(async () => expect(await queriesOfRequests(admin)).toBe(10));
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([
      200,
      { status: 'degraded', postgres: 'busy' },
    ]),
  );
  const metrics = async () => (await fetch(`${await adminUrl(api)}/metrics`)).text();
  await eventually(async () => {
    const text = await metrics();
    expect(text).toMatch(/^insights_db_pool_connections\{state="in_use",.*\} 10$/m);
    expect(text).toMatch(/^insights_db_pool_connections\{state="idle",.*\} 0$/m);
    expect(text).toMatch(/^insights_db_pool_limit\{.*\} 10$/m);
    expect(text).toMatch(/^insights_db_pool_waiting\{.*\} 30$/m);
  });

  lookUps.abort();
  expect(new Set(await lookUps.answers())).toStrictEqual(new Set(['aborted']));
  await eventually(async () => expect(await queriesOfRequests(admin)).toBe(0));
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { postgres: 'up' }]),
  );
  const text = await metrics();
  expect(text).toMatch(/^insights_db_pool_waits_total\{.*\} 30$/m);
  expect(text).toMatch(/^insights_db_pool_wait_seconds_total\{.*\} [1-9.]/m);
  await lock[Symbol.asyncDispose]();
  expect(await api.status(LOOK_UP)).toBe(200);
  expect(await probes.end()).toStrictEqual([200]);
  // Nobody did anything wrong: the log has no error and no stack.
  expect(api.output).not.toMatch(/"level":"(error|fatal)"|"stack"/);
});

test('a flood of probes leaves the api ready, and the way on which look-ups are cancelled free', async ({
  api,
  database,
}) => {
  await using admin = connectDatabase(database.url, { applicationName: 'admin', max: 1 });
  await using _ = await TableLock.take(database.url, 'payments');
  const lookUps = await pendingLookUps(api, 10);
  await eventually(async () => expect(await queriesOfRequests(admin)).toBe(10));
  const port = Number(new URL(await api.url()).port);
  const flood = await Promise.all(Array.from({ length: FLOODING }, () => RawClient.connect(port)));
  onTestFinished(() => flood.forEach(({ socket }) => socket.destroy()));
  const probes = 'GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(PROBES);
  for (const client of flood) client.send(probes);
  lookUps.abort();
  await eventually(async () => expect(await queriesOfRequests(admin)).toBe(0));
  await eventually(() => expect(flood.every(({ answers }) => answers.length === PROBES)).toBe(true));
  const statuses = flood.flatMap(({ answers }) => answers.map(({ status }) => status));
  expect(new Set(statuses)).toStrictEqual(new Set([200]));
});

test('a request that cannot even wait for a connection is told so, and when to come back', async ({
  api,
  database,
}) => {
  await using lock = await TableLock.take(database.url, 'payments');
  const probes = probing(api);
  const lookUps = await pendingLookUps(api, 110);
  const refused = await eventually(async () => {
    const response = await api.get('/api/v1/ledgers');
    return response.status === 503 ? response : null;
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await expectProblem(refused, 503)).code).toBe('database_busy');
  lookUps.abort();
  await lookUps.answers();
  await lock[Symbol.asyncDispose]();
  await api.ready('/api/v1/ledgers');
  expect(await probes.end()).toStrictEqual([200]);
});

test('readiness tells a Postgres that is slow from one that does not answer', async ({
  api,
  database,
  postgres,
}) => {
  {
    await using _ = await TableLock.take(database.url, 'task_status');
    await eventually(async () =>
      expect(await adminAnswer(api, '/health/ready')).toMatchObject([
        200,
        { status: 'degraded', postgres: 'busy', tasks: [] },
      ]),
    );
  }
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([200, { postgres: 'up' }]),
  );
  await postgres.freeze();
  await eventually(async () =>
    expect(await adminAnswer(api, '/health/ready')).toMatchObject([
      503,
      { status: 'not_ready', postgres: 'away' },
    ]),
  );
  await postgres.thaw();
  await api.ready();
});

test.runIf(full)(
  'an api replaces its connections after all have died without a word',
  async ({ database, redis, stored: _ }) => {
    const through = new URL(database.url);
    await using proxy = await TcpProxy.start({ port: Number(through.port) });
    through.port = String(proxy.port);
    const api = await startApi({ DATABASE_URL: through.href, REDIS_URL: redis.url });
    await api.ready();
    await Promise.all(Array.from({ length: 20 }, (__, offset) => api.status(`${LOOK_UP}${offset}`)));
    const died = performance.now();
    const since = () => ((performance.now() - died) / 1000).toFixed(1);
    proxy.forgetConnections();
    expect(proxy.deadConnections).toBeGreaterThan(4);
    const requests = eventually(async () => expect(await api.status(LOOK_UP)).toBe(200)).then(since);
    await eventually(async () =>
      expect(await adminAnswer(api, '/health/ready')).toMatchObject([503, { postgres: 'away' }]),
    );
    await api.ready();
    console.log(`ready after ${since()} s, requests answered after ${await requests} s`);
    const statuses = await Promise.all(
      Array.from({ length: 30 }, () => api.status('/api/v1/ledgers?limit=1')),
    );
    expect(new Set(statuses)).toStrictEqual(new Set([200]));
    await eventually(() => expect(proxy.deadConnections).toBe(0));
  },
);
