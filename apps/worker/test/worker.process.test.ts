import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

describe('a worker', () => {
  test('stores each ledger once, computes the buckets, and ends with exit 0 when asked to', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(60);
    const worker = new WorkerProcess(env);
    await reached(lake.last);
    await lake.publish(5);
    await reached(lake.last);
    await expectWhole();

    expect(await worker.get('/health/ready')).toMatchObject({ status: 200, body: /"status":"ready"/ });
    const { body } = await worker.get('/metrics');
    expect(body).toMatch(/^insights_ledgers_stored_total\{.*\} 65$/m);
    expect(body).toMatch(/^insights_ledger_lag_ledgers\{.*\} 0$/m);
    expect(body).toMatch(/^insights_jobs_total\{queue="metrics-sync",outcome="completed",.*\} \d+$/m);
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
  });
});
