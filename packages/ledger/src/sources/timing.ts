import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance as the sources see them, so that a test needs to wait for neither. */
export interface Timing {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 up to, but not with, 1. */
  random(): number;
  /** Rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
