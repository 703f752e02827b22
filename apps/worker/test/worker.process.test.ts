import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, startWorker } from './support/worker.ts';

describe('a worker', () => {
  test('stores each ledger once, computes the buckets, and ends with exit 0 when asked to', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(60);
    const worker = await startWorker(env);
    await reached(lake.last);
    await lake.publish(5);
    await reached(lake.last);
    await expectWhole();

    await answers(worker, '/health/ready', 200, /"status":"ready"/);
    const body = await (await worker.get('/metrics')).text();
    expect(body).toMatch(/^insights_ledgers_stored_total\{.*\} 65$/m);
    // Ledger 1,000, the first, is one of those that the SDK decodes too.
    expect(body).toMatch(/^insights_ledgers_decoded_total\{outcome="compared",.*\} 1$/m);
    expect(body).toMatch(/^insights_ledgers_decoded_total\{outcome="read",.*\} 64$/m);
    // An alert sees the only time that a process counts it.
    expect(body).toMatch(/^insights_ledgers_decoded_total\{outcome="different",.*\} 0$/m);
    expect(body).toMatch(/^insights_contract_transfers_stored_total\{hashed="true",.*\} [1-9]\d*$/m);
    expect(body).toMatch(/^insights_ledger_lag_ledgers\{.*\} 0$/m);
    expect(body).toMatch(/^insights_jobs_total\{queue="metrics-sync",outcome="completed",.*\} \d+$/m);
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });
});
