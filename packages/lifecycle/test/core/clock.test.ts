import { describe, expect, it } from 'vitest';
import { isCausedBy, systemClock, within } from '@stellar-insights/lifecycle';
import { fakeClock } from '@stellar-insights/lifecycle/testing';

describe('within', () => {
  it('is true when the work resolves in time, and false when the time runs out first', async () => {
    const clock = fakeClock();
    expect(await clock.until(within(100, clock.sleep(99), clock))).toBe(true);
    expect(await clock.until(within(100, clock.sleep(101), clock))).toBe(false);
    expect(clock.now()).toBe(199);
  });

  it('rejects when the work rejects in time, and ignores how the work ends later', async () => {
    const clock = fakeClock();
    const failure = async (ms: number): Promise<never> => {
      await clock.sleep(ms);
      throw new Error('no');
    };
    await expect(clock.until(within(100, failure(99), clock))).rejects.toThrow('no');
    expect(await clock.until(within(100, failure(101), clock))).toBe(false);
    await clock.advance(1);
  });

  it('leaves no timer behind', async () => {
    const clock = fakeClock();
    await within(100, Promise.resolve(), clock);
    await expect(clock.until(new Promise(() => undefined))).rejects.toThrow('no timer is left');
  });
});

describe('sleep', () => {
  it.each([
    ['the system', systemClock],
    ['a test', fakeClock()],
  ])(
    'on the clock of %s rejects with the reason of its signal, also of one that has aborted',
    async (_, clock) => {
      const stop = new AbortController();
      const reason = new Error('enough');
      const sleeping = clock.sleep(60_000, stop.signal);
      stop.abort(reason);
      await expect(sleeping).rejects.toBe(reason);
      await expect(clock.sleep(60_000, stop.signal)).rejects.toBe(reason);
    },
  );

  it('resolves when the time has passed', async () => {
    const clock = fakeClock();
    const { signal } = new AbortController();
    await clock.until(clock.sleep(1000, signal));
    expect(clock.now()).toBe(1000);
    await expect(systemClock.sleep(1, signal)).resolves.toBeUndefined();
  });
});

describe('isCausedBy', () => {
  it('holds for the reason itself and for an error that has it among its causes', () => {
    const reason = new Error('the process was asked to stop');
    const error = new Error('outer', { cause: new Error('inner', { cause: reason }) });
    expect([isCausedBy(reason, reason), isCausedBy(error, reason)]).toEqual([true, true]);
    expect([isCausedBy(new Error('other'), reason), isCausedBy(undefined, reason)]).toEqual([false, false]);
  });
});
