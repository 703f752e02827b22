import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

describe('a worker that is asked to stop', () => {
  test.for([
    ['gone', 'stop'],
    ['frozen', 'freeze'],
    ['emptied', 'flush'],
  ] as const)('ends with exit 0 though Redis is %s', async ([, trouble], { database, redis }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(2);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await redis[trouble]();
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  test('ends with exit 0 though Postgres is gone', async ({ database, redis, postgres }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(2);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await postgres.stop('immediate');
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  test('ends with exit 0 though it has found no Postgres yet', async ({ database, redis, postgres }) => {
    const { env } = await setStage(database, redis);
    await postgres.stop();
    const worker = new WorkerProcess(env);
    await worker.logged(({ err }) => err?.code === 'postgres_unavailable');
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });
});
