import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { answers, PATIENCE_MS } from './support/probes.ts';
import { setStage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

describe('a worker without Postgres', () => {
  test('names a Postgres that crashed, and works on when it is back', async ({
    database,
    redis,
    postgres,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(5);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await postgres.stop('immediate');
    await lake.publish(5);
    await answers(worker, '/health/ready', 503, /"postgres":"away".*"ledger-ingest":"database_unavailable"/);
    await answers(
      worker,
      '/metrics',
      200,
      /insights_task_error\{task="ledger-ingest",code="database_unavailable"/,
    );
    expect(await worker.get('/health/live')).toMatchObject({ status: 200 });
    await worker.logged(({ err }) => err?.code === 'database_unavailable');

    await postgres.start();
    await reached(lake.last, PATIENCE_MS);
    await answers(worker, '/health/ready', 200, /"errors":\{\}/);
    await expectWhole();
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  test('starts without Postgres and Redis, says so, and works when they are there', async ({
    database,
    redis,
    postgres,
  }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(5);
    await redis.stop();
    await postgres.stop();
    const worker = new WorkerProcess(env);
    await answers(worker, '/health/ready', 503, /"postgres":"away","redis":"away"/);
    await answers(worker, '/health/startup', 503, /starting/);
    await worker.logged(({ err }) => err?.code === 'postgres_unavailable');

    await postgres.start();
    await answers(worker, '/health/ready', 200, /"status":"degraded","postgres":"up","redis":"away"/);
    await redis.start();
    await reached(lake.last, PATIENCE_MS);
    await answers(worker, '/health/ready', 200, /"status":"ready"/);
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });
});
