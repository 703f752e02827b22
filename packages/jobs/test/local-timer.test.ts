import type { CloseContext } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { describe, expect, it } from 'vitest';
import { LocalTimer } from '../src/index.ts';

const closing = (ms: number): CloseContext => ({
  signal: new AbortController().signal,
  deadline: ms,
  remaining: () => ms,
});

const jobContext: JobContext = {
  stopping: new AbortController().signal,
  signal: new AbortController().signal,
  returnToQueue: () => {
    throw new Error('not in this test');
  },
};

/** Work that lasts until its signal aborts, or until it is ended. */
function timed() {
  const clock = fakeClock();
  const runs: { readonly context: JobContext; readonly end: () => void }[] = [];
  const work = async (_data: unknown, context: JobContext): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    runs.push({ context, end: resolve });
    context.stopping.addEventListener('abort', () => resolve());
    await promise;
  };
  const timer = new LocalTimer(work, { name: 'task', everyMs: 1000, clock });
  return { clock, runs, timer };
}

describe('a local timer', () => {
  it('begins the work when no job has come for three intervals, and again three after its end', async () => {
    const { clock, runs } = timed();
    await clock.advance(2900);
    expect(runs).toHaveLength(0);
    await clock.advance(100);
    expect(runs).toHaveLength(1);
    await clock.advance(60_000);
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await clock.advance(2900);
    expect(runs).toHaveLength(1);
    await clock.advance(1100);
    expect(runs).toHaveLength(2);
  });

  it('leaves the work to jobs while they come', async () => {
    const { clock, runs, timer } = timed();
    for (let job = 1; job <= 20; job++) {
      const done = timer.processor({}, jobContext);
      await clock.advance(500);
      runs.at(-1)?.end();
      await done;
      await clock.advance(2000);
      expect(runs).toHaveLength(job);
      expect(runs.at(-1)?.context).toBe(jobContext);
    }
  });

  it('lets a job end at once while it works', async () => {
    const { clock, runs, timer } = timed();
    await clock.advance(3000);
    expect(await timer.processor({}, jobContext)).toBe('works_already');
    expect(runs).toHaveLength(1);
  });

  it('begins the work again after it has failed', async () => {
    const clock = fakeClock();
    let failures = 0;
    const timer = new LocalTimer(
      async () => {
        failures++;
        throw new Error('the work reports this itself');
      },
      { name: 'task', everyMs: 1000, clock },
    );
    await clock.advance(9000);
    expect(failures).toBe(3);
    timer.announce();
  });

  it('asks the work to stop when the process does, and begins none afterwards', async () => {
    const { clock, runs, timer } = timed();
    await clock.advance(3000);
    timer.announce();
    expect(runs[0]?.context.stopping.aborted).toBe(true);
    expect(runs[0]?.context.signal.aborted).toBe(false);
    await clock.until(Promise.resolve(timer.close(closing(10_000))));
    await clock.advance(60_000);
    expect(runs).toHaveLength(1);
  });

  it('interrupts work that goes on until 2 s before the budget ends', async () => {
    const clock = fakeClock();
    let interruptedAt: number | undefined;
    const work = async (_data: unknown, { signal }: JobContext): Promise<void> => {
      await clock.sleep(60_000, signal).catch(() => (interruptedAt = clock.now()));
    };
    const timer = new LocalTimer(work, { name: 'task', everyMs: 1000, clock });
    await clock.advance(3000);
    await clock.until(timer.close(closing(10_000)));
    expect(interruptedAt).toBe(11_000);
  });
});
