import type { PaymentList } from '@stellar-insights/contract';
import { connectDatabase } from '@stellar-insights/db';
import { readDatabaseIdentity } from '@stellar-insights/db/identity';
import { ReadReplica } from '@stellar-insights/db/replica';
import { startPostgres, startReplica, WITH_REPLICAS } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { seed } from '@stellar-insights/devstack/vitest';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { expect, onTestFinished } from 'vitest';
import { createApi } from '../src/api.ts';
import { openCache } from '../src/cache/open-cache.ts';
import { ApiHealth } from '../src/routes/health/api-health.ts';
import { generator } from './realtime/generator.ts';
import { READY } from './support/api-settings.ts';
import { ask, type Api } from './support/ask.ts';
import { logCursor } from './support/log-cursor.ts';
import { adminAnswer, adminUrl, startApi } from './support/start-api.ts';
import { queriesOf, test as onWalk, urlOf } from './support/walk.ts';

const REQUESTS = { limit: 10, queue: 100, waitMs: 5000, statementTimeoutMs: 8000 };
const rounds = process.env['TEST_FULL'] === '1' ? 200 : 10;

/**
 * `server`: a streaming replica. `api`: the API with it, and without kept answers; `replica`: what its reads use. `twin`: the same
 * API without a replica.
 */
const test = onWalk
  // oxlint-disable-next-line no-empty-pattern -- Vitest insists on a destructured first parameter.
  .extend('filePostgres', { scope: 'file' }, async ({}, { onCleanup }) => {
    const primary = await startPostgres({ settings: WITH_REPLICAS });
    onCleanup(() => primary[Symbol.asyncDispose]());
    return primary;
  })
  .extend('server', { scope: 'file' }, async ({ filePostgres, url: _ }, { onCleanup }) => {
    const server = await startReplica(filePostgres);
    onCleanup(() => server[Symbol.asyncDispose]());
    return server;
  })
  .extend('replicaPool', { scope: 'file' }, ({ server, url }, { onCleanup }) => {
    const pool = connectDatabase(server.urlOf(url), { applicationName: 'test-replica', requests: REQUESTS });
    onCleanup(() => pool[Symbol.asyncDispose]());
    return pool;
  })
  .extend('replica', { scope: 'file' }, async ({ db: primary, replicaPool, log }, { onCleanup }) => {
    const identity = await readDatabaseIdentity(primary);
    const replica = new ReadReplica({ primary, replica: replicaPool, identity, log });
    replica.start();
    onCleanup(() => replica.close());
    await isUp(replica);
    return replica;
  })
  .extend('services', { scope: 'file' }, ({ db, log, fileRedis, replica }, { onCleanup }) => {
    const { cache, client } = openCache({ url: fileRedis.url, budgetBytes: 0, hotBytes: 0, log, clock });
    onCleanup(() => client.disconnect());
    return { db, replica, cache };
  })
  .extend('twin', { scope: 'file' }, ({ parts, services: { db, cache } }) =>
    createApi({ ...parts, services: { db, cache } }),
  );

const PAYMENTS = '/api/v1/payments';

/** How often the replica answered meanwhile. */
async function countReplica(replica: ReadReplica, work: () => Promise<unknown>): Promise<number> {
  const before = replica.statistics().reads.replica;
  await work();
  return replica.statistics().reads.replica - before;
}

function isUp(replica: ReadReplica): Promise<void> {
  return eventually(() => expect(replica.statistics()).toMatchObject({ state: 'up', lagMs: 0 }));
}

/** Without what depends on the moment. */
function lasting(body: string): string {
  return body.replaceAll(/"(\w+_age_seconds|mean)":[^,}]*/g, '');
}

async function answerOf(api: Api, path: string): Promise<string> {
  return lasting(await (await api.request(path)).text());
}

test('answers each question about history from the replica, as the primary does', async ({
  api,
  twin,
  replica,
  routes,
  known,
}) => {
  const fromReplica = new Set<string>();
  for (const route of routes) {
    const path = urlOf(route, known, queriesOf(route, known).at(-1));
    let answer = '';
    const count = await countReplica(replica, async () => (answer = await answerOf(api, path)));
    if (count === 0) continue;
    fromReplica.add(route.name);
    expect(answer, path).toBe(await answerOf(twin, path));
  }
  // All others are about the process, its users, the log or the newest moment.
  expect([...fromReplica].toSorted()).toMatchInlineSnapshot(`
    [
      "getAnchor",
      "getAnchorHistory",
      "getAsset",
      "getCorridor",
      "getCorridorFailures",
      "getCorridorHistory",
      "getLedger",
      "getNetwork",
      "getPayment",
      "getPool",
      "getPoolStats",
      "getTransaction",
      "getTrustlineHistory",
      "getTrustlineStats",
      "listAnchorIncidents",
      "listAnchors",
      "listAssets",
      "listClaimableBalances",
      "listClawbacks",
      "listContractTransfers",
      "listCorridors",
      "listLedgers",
      "listPayments",
      "listPoolOperations",
      "listPoolSnapshots",
      "listPools",
      "listTrades",
      "listTransactions",
      "listTrustlineOperations",
      "rankPools",
      "rankTrustlines",
    ]
  `);
});

test('an answer has all that events have reported, also while the replica is behind', async ({
  api,
  db,
  replica,
  server,
  simulation,
  metrics,
}) => {
  await isUp(replica);
  await server.pauseReplay();
  onTestFinished(() => server.resumeReplay());
  await simulation.close(1);
  const sequence = simulation.last.header.sequence;
  const behind = async () => {
    const { as_of } = await ask<PaymentList>(api, PAYMENTS, { limit: '1' });
    expect(as_of).toMatchObject({ to_ledger: sequence, cursor: await logCursor(db) });
    expect(await ask(api, '/api/v1/corridors', { limit: '1' })).toMatchObject({
      as_of: { to_ledger: sequence, cursor: as_of.cursor },
    });
    await ask(api, `/api/v1/ledgers/${sequence}`);
  };
  expect(await countReplica(replica, behind)).toBe(0);
  await eventually(() => expect(replica.statistics().state).toBe('behind'));
  await eventually(() => expect(replica.statistics().lagMs).toBeGreaterThan(0));
  expect(await countReplica(replica, behind)).toBe(0);
  expect(await metrics.text()).toMatch(/^insights_db_replica_up\{.*\} 0$/m);
  const health = new ApiHealth(READY, { db, replica }, clock);
  expect(await health.ready(undefined)).toMatchObject({
    status: 'degraded',
    postgres: 'up',
    replica: 'behind',
  });

  await server.resumeReplay();
  await isUp(replica);
  expect(await countReplica(replica, behind)).toBe(3);
  expect(await metrics.text()).toMatch(/^insights_db_replica_up\{.*\} 1$/m);
});

test('a process starts while its replica is away, uses it once it is there, and stops cleanly', async ({
  filePostgres: _,
  url,
  server,
  redis,
  simulation: _stored,
}) => {
  await server.stop();
  const api = await startApi({
    DATABASE_URL: url,
    DATABASE_READ_URL: server.urlOf(url),
    REDIS_URL: redis.url,
    SHUTDOWN_READINESS_DELAY: '0',
  });
  await api.ready();
  const ready = () => adminAnswer(api, '/health/ready');
  await eventually(async () => expect(await ready()).toMatchObject([200, { replica: 'away' }]));
  expect(await ready()).toMatchObject([200, { status: 'degraded', postgres: 'up' }]);
  expect(await api.status(PAYMENTS)).toBe(200);
  await server.start();
  await eventually(async () => expect(await ready()).toMatchObject([200, { replica: 'up' }]));
  expect(await api.status(PAYMENTS)).toBe(200);
  const metrics = await (await fetch(`${await adminUrl(api)}/metrics`)).text();
  expect(metrics).toMatch(/^insights_db_replica_reads_total\{outcome="replica",.*\} 1$/m);
  expect(metrics).toMatch(/^insights_db_replica_reads_total\{outcome="not_up",.*\} [1-9]/m);
  const { code } = await api.stop();
  expect(code).toBe(0);
});

test('whatever happens to the replica, no answer is older than the one before', async ({
  api,
  replica,
  server,
  simulation,
}) => {
  await isUp(replica);
  const stop = new AbortController();
  let answers = 0;
  const reader = async (path: string): Promise<void> => {
    while (!stop.signal.aborted) {
      const stored = simulation.last.header.sequence;
      const { as_of } = await ask<PaymentList>(api, path, { limit: '1' });
      expect(as_of.to_ledger).toBeGreaterThanOrEqual(stored);
      answers += 1;
    }
  };
  const readers = Promise.all(['payments', 'corridors', 'ledgers'].map((list) => reader(`/api/v1/${list}`)));
  const draw = generator(seed());
  const happen = [
    () => server.pauseReplay(),
    () => server.resumeReplay(),
    () => server.stop('immediate'),
    () => server.start(),
    () => simulation.close(1),
  ];
  for (let round = 0; round < rounds; round++) {
    const what = draw(happen.length);
    if (server.state === 'running' || what > 1) await happen[what]?.();
    await simulation.close(1);
  }
  await server.start();
  await server.resumeReplay();
  stop.abort();
  await readers;
  expect(answers).toBeGreaterThan(0);
});
