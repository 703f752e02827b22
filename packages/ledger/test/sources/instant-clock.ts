import { setImmediate } from 'node:timers/promises';
import { systemClock, type Clock } from '@stellar-insights/runtime/time';

export interface InstantClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[];
}

/** A clock whose waits take no time; `onSleep` runs during each. */
export function instantClock(
  options: { now?: number; random?: number; onSleep?: (waits: number) => unknown } = {},
): InstantClock {
  const waits: number[] = [];
  return {
    ...systemClock,
    waits,
    date: () => new Date(options.now ?? 0),
    random: () => options.random ?? 0,
    async sleep(ms, signal) {
      waits.push(ms);
      await options.onSleep?.(waits.length);
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}
