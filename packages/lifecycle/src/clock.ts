/** Time as a lifecycle sees it; `fakeClock()` of the testing kit is another one. */
export interface Clock {
  /** Milliseconds that only ever grow, from any origin. */
  now(): number;
  /** The wall clock, for what people and reports read. */
  date(): Date;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits for `work`, but no longer than `ms`; false if the time ran out. `work` must not reject. */
export async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.after(Math.max(0, ms), () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
