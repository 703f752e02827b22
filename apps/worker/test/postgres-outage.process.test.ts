import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, loggedError, startWorker } from './support/worker.ts';

/** Connections are given up after 20 s. */
const full = process.env['TEST_FULL'] === '1';

describe('a worker without Postgres', () => {
  test('starts, also without Redis, and names a Postgres that crashes later; it works whenever they are there', async ({
    database,
    redis,
    postgres,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(5);
    await redis.stop();
    await postgres.stop();
    const worker = await startWorker(env);
    await answers(worker, '/health/ready', 503, /"postgres":"away","redis":"away"/);
    await answers(worker, '/health/startup', 503, /starting/);
    await loggedError(worker, 'postgres_unavailable');

    await postgres.start();
    await answers(worker, '/health/ready', 200, /"status":"degraded","postgres":"up","redis":"away"/);
    await redis.start();
    await reached(lake.last);
    await answers(worker, '/health/ready', 200, /"status":"ready"/);

    await postgres.stop('immediate');
    await lake.publish(5);
    await answers(worker, '/health/ready', 503, /"postgres":"away".*"ledger-ingest":"database_unavailable"/);
    const metric = /insights_task_error\{task="ledger-ingest",code="database_unavailable"/;
    await answers(worker, '/metrics', 200, metric);
    expect(await worker.status('/health/live')).toBe(200);
    await loggedError(worker, 'database_unavailable');

    await postgres.start();
    await reached(lake.last);
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);
    await expectWhole();
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });

  test.runIf(full)(
    'goes on by itself after all its connections have died without a word',
    async ({ database, redis }) => {
      const { lake, env, reached, expectWhole } = await setStage(database, redis);
      const through = new URL(database.url);
      await using proxy = await TcpProxy.start({ port: Number(through.port) });
      through.port = String(proxy.port);
      await lake.publish(5);
      const worker = await startWorker({ ...env, DATABASE_URL: through.href });
      await reached(lake.last);
      const died = performance.now();
      proxy.forgetConnections();
      expect(proxy.deadConnections).toBeGreaterThan(1);
      await lake.publish(5);
      await answers(worker, '/health/ready', 503, /"postgres":"away"/);
      await reached(lake.last);
      console.log(`ingestion went on after ${((performance.now() - died) / 1000).toFixed(1)} s`);
      await answers(worker, '/health/ready', 200, /"errors":\{\}/);
      await eventually(() => expect(proxy.deadConnections).toBe(0));
      await expectWhole();
      expect(await worker.stop()).toEqual(CLEAN_STOP);
    },
  );
});
