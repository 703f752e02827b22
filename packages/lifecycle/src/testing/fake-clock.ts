import { sleepOn, type Clock } from '../host/clock.ts';

/** Time that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on by `ms`; what comes due meanwhile is called in order, and promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves on from timer to timer until the promise settles; rejects if it never can, for want of a timer. */
  until<T>(promise: Promise<T>): Promise<T>;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

export interface FakeClockOptions {
  /** The wall clock's time at 0; default: the beginning of 2030, in UTC. */
  readonly date?: Date;
  /** Default: always 0.5. */
  readonly random?: () => number;
}

/** A clock that starts at 0. */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  const { date = new Date('2030-01-01T00:00:00Z'), random = () => 0.5 } = options;
  const timers = new Set<Timer>();
  let now = 0;
  const next = (): Timer | undefined =>
    [...timers].reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined,
    );
  const fire = async (timer: Timer): Promise<void> => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.callback();
    await settled();
  };
  const clock: FakeClock = {
    now: () => now,
    date: () => new Date(date.getTime() + now),
    after: (ms, callback) => {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    sleep: (ms, signal) => sleepOn(clock, ms, signal),
    random,
    advance: async (ms) => {
      const end = now + ms;
      await settled();
      for (let timer = next(); timer !== undefined && timer.at <= end; timer = next()) await fire(timer);
      now = end;
    },
    until: async (promise) => {
      const ended = promise.then(
        () => true,
        () => true,
      );
      while (!(await Promise.race([ended, settled()]))) {
        const timer = next();
        if (timer === undefined) throw new Error('no timer is left to wait for, but the promise is pending');
        await fire(timer);
      }
      return await promise;
    },
  };
  return clock;
}

/** All promises that need no timer and no input have settled when the event loop has turned. */
const settled = (): Promise<false> => new Promise((resolve) => setImmediate(resolve, false));
