import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { answers } from './support/probes.ts';
import { setStage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

describe('a worker without Redis', () => {
  test('follows the tip while Redis is gone for 15 s, and works on when it is back', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(5);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await redis.stop();
    for (const end = performance.now() + 15_000; performance.now() < end;) {
      await lake.publish(1);
      await reached(lake.last);
    }
    await answers(worker, '/health/ready', 200, /"status":"degraded","postgres":"up","redis":"away"/);

    await redis.start();
    await answers(worker, '/health/ready', 200, /"status":"ready","postgres":"up","redis":"up"/);
    await lake.publish(5);
    await reached(lake.last);
    await expectWhole();
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });

  test('works on after Redis was emptied, and so does one that takes over', async ({ database, redis }) => {
    const { lake, env, reached } = await setStage(database, redis);
    await lake.publish(5);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await redis.flush();
    await lake.publish(5);
    await reached(lake.last);

    const other = new WorkerProcess(env);
    await answers(other, '/health/startup', 200, /started/);
    worker.signal('SIGKILL');
    await lake.publish(5);
    await reached(lake.last);
  });
});
