import { setTimeout as sleep } from 'node:timers/promises';
import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { answers, CLEAN_STOP, startWorker } from './support/worker.ts';

/** Longer than a lease, and than a worker waits for a job before it begins by itself. */
const OUTAGE_MS = process.env['TEST_FULL'] ? 15_000 : 6000;
/** The lake has enough ledgers for it. */
const CLOSED_IN_OUTAGE = 40;

describe('a worker without Redis', () => {
  test(`follows the tip for ${OUTAGE_MS / 1000} s, and works on when Redis is back or was emptied, as does one that takes over`, async ({
    database,
    redis,
  }) => {
    const { lake, env, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(5);
    const worker = await startWorker(env);
    await reached(lake.last);
    await redis.stop();
    for (const end = performance.now() + OUTAGE_MS; performance.now() < end;) {
      await lake.publish(1);
      await sleep(OUTAGE_MS / CLOSED_IN_OUTAGE);
      await reached(lake.last);
    }
    await answers(worker, '/health/ready', 200, /"status":"degraded","postgres":"up","redis":"away"/);

    await redis.start();
    await answers(worker, '/health/ready', 200, /"status":"ready","postgres":"up","redis":"up"/);
    await lake.publish(5);
    await reached(lake.last);

    await redis.flush();
    await lake.publish(5);
    await reached(lake.last);
    const other = await startWorker(env);
    await answers(other, '/health/startup', 200, /started/);
    await worker.signal('SIGKILL');
    await lake.publish(5);
    await reached(lake.last);
    await expectWhole();
    expect(await other.stop()).toEqual(CLEAN_STOP);
  });
});
