import { test } from '@stellar-insights/devstack/vitest';
import { startSimnet } from '@stellar-insights/simnet';
import { describe, expect, onTestFinished } from 'vitest';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, loggedError, startWorker } from './support/worker.ts';

describe('a worker whose RPC has lost the ledgers that it needs next', () => {
  test('reads them from the lake, names what neither has, and then follows the RPC', async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, expectWhole, cursor } = await setStage(database, redis);
    // The network that the lake is of.
    const simnet = await startSimnet({
      seed: 'worker',
      passphrase: lake.passphrase,
      startLedger: lake.first,
      startTime: Date.UTC(2026, 0, 1),
      history: 60,
    });
    onTestFinished(() => simnet[Symbol.asyncDispose]());
    simnet.history.cut(20);
    await lake.publish(30);

    const worker = await startWorker({ ...env, STELLAR_RPC_URL: simnet.urls.rpc });
    await loggedError(worker, 'history_lost');
    expect(await cursor()).toBe(lake.last);
    expect(worker.output).toContain('and in the lake no file');

    await lake.publish(10);
    await reached(simnet.history.latest.sequence);
    simnet.closeLedger();
    await reached(simnet.history.latest.sequence);
    // The 21 ledgers that the RPC has, and the 1,979 that it can still take before it drops one.
    await answers(worker, '/metrics', 200, /insights_rpc_history_left_ledgers\{.*\} 2000\n/);
    await lake.publish(21);
    await expectWhole();
    expect(await worker.stop()).toEqual(CLEAN_STOP);
  });
});
