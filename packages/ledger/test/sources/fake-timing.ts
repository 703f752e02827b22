import { setImmediate } from 'node:timers/promises';
import type { Timing } from '../../src/sources/timing.ts';

export interface FakeTiming extends Timing {
  /** Every wait asked for, in milliseconds. */
  readonly waits: number[];
}

/** Waits take no time, and chance is one constant; `onSleep` is what happens meanwhile. */
export function fakeTiming(
  options: { now?: number; random?: number; onSleep?: (waits: number) => unknown } = {},
): FakeTiming {
  const waits: number[] = [];
  return {
    waits,
    now: () => options.now ?? 0,
    random: () => options.random ?? 0,
    async sleep(ms, signal) {
      waits.push(ms);
      await options.onSleep?.(waits.length);
      await setImmediate();
      signal.throwIfAborted();
    },
  };
}
