import type { CacheStats, PoolStats } from '@stellar-insights/contract';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { TableLock } from '@stellar-insights/devstack';
import { eventually, type TestProgram } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import type { ShutdownReport } from '@stellar-insights/lifecycle';
import { expect } from 'vitest';
import { startApi } from './support/start-api.ts';
import { storePoolReading, xlmPool } from './support/stored-pools.ts';
import { storedSimulation } from './support/stored-simulation.ts';

const ASSET = `USD:G${'A'.repeat(55)}`;

async function statsOf(api: TestProgram): Promise<PoolStats> {
  const response = await api.get('/api/v1/liquidity-pools/stats');
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return JSON.parse(text) as PoolStats;
}

async function lookups(api: TestProgram) {
  const { data } = (await (await api.get('/api/v1/cache/stats')).json()) as CacheStats;
  return data.kinds.find(({ kind }) => kind === 'pool_stats');
}

test('after a reading everybody gets the answer of the one before, at once, and a stop does not wait for the next one', async ({
  fileDatabase,
  redis,
}) => {
  await migrate(fileDatabase.url);
  await using db = connectDatabase(fileDatabase.url, { applicationName: 'test' });
  await storedSimulation(db).close(3);
  const read = (xlm: bigint) => storePoolReading(db, [xlmPool(1, ASSET, [xlm, 1000n])]);
  await read(1n);
  const env = { DATABASE_URL: fileDatabase.url, REDIS_URL: redis.url, SHUTDOWN_READINESS_DELAY: '0' };
  const api = await startApi(env);
  await api.ready();
  await eventually(async () => {
    await statsOf(api);
    expect((await lookups(api))?.hits).toBeGreaterThan(0);
  });
  const before = await statsOf(api);
  const { stale_hits: stale = 0, computed = 0 } = (await lookups(api)) ?? {};

  await read(2n);
  const lock = await TableLock.take(fileDatabase.url, 'pool_figures');
  const answers = await Promise.all(Array.from({ length: 10 }, () => statsOf(api)));
  for (const answer of answers) expect(answer).toStrictEqual(before);
  expect(await lookups(api)).toMatchObject({ stale_hits: stale + 10, computed });
  await lock[Symbol.asyncDispose]();
  await eventually(async () => expect((await statsOf(api)).data.tvl_xlm_stroops).toBe('4'));
  expect(await lookups(api)).toMatchObject({ computed: computed + 1 });

  await eventually(async () => {
    await statsOf(api);
    const { hits = 0 } = (await lookups(api)) ?? {};
    await statsOf(api);
    expect(await lookups(api)).toMatchObject({ hits: hits + 1 });
  });
  await read(3n);
  await using _ = await TableLock.take(fileDatabase.url, 'pool_figures');
  expect((await statsOf(api)).data.tvl_xlm_stroops).toBe('4');
  await api.signal('SIGTERM');
  expect(await api.ended()).toStrictEqual({ code: 0, signal: null });
  expect(api.report<ShutdownReport>()).toMatchObject({
    outcome: 'clean',
    counts: { revalidationsBegun: 2, revalidationsCut: 1 },
  });
});
