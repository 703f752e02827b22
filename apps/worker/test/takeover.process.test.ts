import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { CLEAN_STOP, startWorker, startWorkers } from './support/worker.ts';

describe('a worker', () => {
  test('takes over from one that is killed, from one that is frozen, and from one that is asked to stop', async ({
    database,
    redis,
  }) => {
    const { lake, env, holder, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(10);
    const [a, b] = await startWorkers(2, env);
    if (a === undefined || b === undefined) throw new Error('two workers were started');
    await reached(lake.last);
    const killed = await holder([a, b]);
    const frozen = killed === a ? b : a;
    await killed.signal('SIGKILL');
    await lake.publish(10);
    await reached(lake.last);
    expect(await holder([frozen])).toBe(frozen);

    const stopped = await startWorker(env);
    await frozen.signal('SIGSTOP');
    await lake.publish(10);
    await reached(lake.last);
    expect(await holder([stopped])).toBe(stopped);
    await frozen.signal('SIGCONT');
    await lake.publish(10);
    await reached(lake.last);

    expect(await stopped.stop()).toEqual(CLEAN_STOP);
    await lake.publish(10);
    await reached(lake.last);
    expect(await holder([frozen])).toBe(frozen);
    await expectWhole();
  });
});
