/** Time and chance, as everything in a process gets them passed in; `fakeClock()` of the testing kit is another one. */
export interface Clock {
  /** Milliseconds that only ever grow, from any origin. */
  now(): number;
  /** The wall clock, for what people and reports read. */
  date(): Date;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
  /** Resolves after so many milliseconds; rejects with the signal's reason if the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to, but not including, 1. */
  random(): number;
}

/** Node fires a timer that is longer, or infinite, after 1 ms. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
  random: () => Math.random(),
};

/** `Clock.sleep`, made of a clock's `after`. */
export function sleepOn(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason as Error);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/**
 * Waits for `work`, but no longer than `ms`: true if `work` resolved in time, false if the time ran out. Rejects if
 * `work` rejects in time; how it ends later is ignored. `work` itself goes on.
 */
export async function within(
  ms: number,
  work: PromiseLike<unknown>,
  clock: Pick<Clock, 'after'> = systemClock,
): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancel = clock.after(Math.max(0, ms), () => late.resolve(false));
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    cancel();
  }
}
