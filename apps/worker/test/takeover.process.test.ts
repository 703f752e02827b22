import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { WorkerProcess } from './support/worker-process.ts';

describe('a worker', () => {
  test.for([
    ['killed', 'SIGKILL'],
    ['frozen', 'SIGSTOP'],
    ['asked to stop', 'SIGTERM'],
  ] as const)('goes on where another one was %s', async ([, signal], { database, redis }) => {
    const { lake, env, holder, reached, expectWhole } = await setStage(database, redis);
    await lake.publish(20);
    const workers = [new WorkerProcess(env), new WorkerProcess(env)];
    await reached(lake.last);
    const first = await holder(workers);
    first.signal(signal);
    await lake.publish(20);
    await reached(lake.last);

    const others = workers.filter((worker) => worker !== first);
    expect(await holder(others)).toBe(others[0]);
    first.signal('SIGCONT');
    await lake.publish(20);
    await reached(lake.last);
    await expectWhole();
    if (signal === 'SIGTERM') expect(await first.ended).toEqual({ code: 0, signal: null });
  });
});
