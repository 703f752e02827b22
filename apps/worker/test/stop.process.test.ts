import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { CLEAN_STOP, loggedError, startWorker } from './support/worker.ts';

describe('a worker that is asked to stop', () => {
  test.for([
    ['gone', 'stop'],
    ['frozen', 'freeze'],
    ['emptied', 'flush'],
  ] as const)('ends with exit 0 if Redis is %s', async ([, trouble], { database, redis }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(2);
    const worker = await startWorker(env);
    await reached(lake.last);
    await redis[trouble]();
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });

  test('ends with exit 0 if Postgres is gone', async ({ database, redis, postgres }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(2);
    const worker = await startWorker(env);
    await reached(lake.last);
    await postgres.stop('immediate');
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });

  test('ends with exit 0 if it has not found Postgres yet', async ({ database, redis, postgres }) => {
    const { env } = await setStage(database, redis);
    await postgres.stop();
    const worker = await startWorker(env);
    await loggedError(worker, 'postgres_unavailable');
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });
});
