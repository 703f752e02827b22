import { connectDatabase, migrate } from '@stellar-insights/db';
import { syncCorridorBuckets } from '@stellar-insights/db/corridors';
import { commitLedger } from '@stellar-insights/db/ledgers';
import { readTaskStatus } from '@stellar-insights/db/tasks';
import { test } from '@stellar-insights/devstack/vitest';
import { systemClock } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import { createLog } from '@stellar-insights/runtime/log';
import { simulatedLedgers } from '@stellar-insights/simnet/testing';
import { expect } from 'vitest';
import { workerConfig } from '../src/config.ts';
import { TaskHealth } from '../src/health/task-health.ts';
import { WorkerMetrics } from '../src/health/worker-metrics.ts';
import { HandedOut } from '../src/ingestion/handed-out.ts';
import { metricsSync } from '../src/tasks/metrics-sync.ts';

const REFUSALS = `
  create function refuse() returns trigger language plpgsql as $$ begin raise 'no % of %', tg_op, tg_table_name; end $$;
  create trigger refuses before insert or update on corridor_buckets for each row execute function refuse();
  create trigger refuses before update on retention_horizon for each row execute function refuse();`;

test('a step of metrics-sync that fails keeps no other one from running, and each failure is logged once', async ({
  database,
  redis,
}) => {
  await database.empty();
  await redis.flush();
  await migrate(database.url);
  await using db = connectDatabase(database.url, { applicationName: 'test' });
  const [counted, later] = simulatedLedgers(2, { closeIntervalMs: 600_000 });
  if (counted === undefined || later === undefined) throw new RangeError('found no ledgers');
  const store = (facts: typeof counted) =>
    commitLedger(db, facts, { networkPassphrase: 'Simulated Network', events: [] });
  await store(counted);
  while ((await syncCorridorBuckets(db, { limit: 100 })).remaining);
  await store(later);
  // The partitions after the ones in use.
  await db.run(
    ({ sql }) => sql`
      drop table transactions_20000, payments_20000, claimable_balances_20000, trustline_operations_20000,
                 pool_operations_20000, trades_20000`,
  );

  const warnings: string[] = [];
  const log = createLog({
    name: 'test',
    level: 'warn',
    destination: { write: (line) => void warnings.push((JSON.parse(line) as { msg: string }).msg) },
  });
  const config = workerConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    LEDGER_LAKE_URL: './lake',
  });
  const health = new TaskHealth('metrics-sync', { db, log, clock: systemClock, reportWithinMs: 60_000 });
  using handedOut = new HandedOut({ db, redisUrl: redis.url, log, clock: systemClock });
  const process = metricsSync.create({
    config,
    intervalMs: 300_000,
    db,
    log,
    clock: systemClock,
    metrics: new WorkerMetrics({ db, tasks: [] }, config.storage),
    health,
    handedOut,
    holder: 'test',
    jobs: undefined,
    flows: undefined,
    networkState: undefined,
    own: async (_name, resource) => resource,
  });
  const never = new AbortController().signal;
  const job = { stopping: never, signal: never } as JobContext;
  const state = async () => {
    const [row] = await db.run(
      ({ sql }) => sql<{ marked: number; published: number; partitions: number }[]>`
        select (select count(*)::int from dirty_corridor_buckets) as marked,
               (select count(*)::int from corridor_states) as published,
               (select count(*)::int from pg_inherits where inhparent = 'payments'::regclass) as partitions`,
    );
    if (row === undefined) throw new RangeError('found no state');
    return row;
  };
  const before = await state();
  expect(before).toMatchObject({ published: 0, partitions: 1 });
  expect(before.marked).toBeGreaterThan(0);

  await db.run(({ sql }) => sql.unsafe(REFUSALS));
  await expect(process({}, job)).rejects.toThrow('no INSERT of corridor_buckets');
  await expect(process({}, job)).rejects.toThrow('no INSERT of corridor_buckets');
  expect(warnings).toEqual(['no UPDATE of retention_horizon']);
  expect((await state()).marked).toBe(before.marked);
  expect((await state()).published).toBeGreaterThan(0);
  expect((await state()).partitions).toBe(2);
  expect(await readTaskStatus(db)).toEqual([]);

  await db.run(({ sql }) => sql.unsafe('drop function refuse cascade'));
  await process({}, job);
  expect((await state()).marked).toBe(0);
  expect(await readTaskStatus(db)).toMatchObject([{ task: 'metrics-sync', lastError: null }]);
});
