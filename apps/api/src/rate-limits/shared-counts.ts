import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { within, type Clock } from '@stellar-insights/runtime/time';
import type { Redis } from 'ioredis';
import { RateLimiterRedis } from 'rate-limiter-flexible';

export const WINDOW_SECONDS = 60;

const TIMEOUT_MS = 200;
const PAUSE_MS = 1000;

/** How much all replicas have counted in the present window of a subject, and when that window ends. */
export interface SharedCount {
  readonly count: number;
  readonly resetMs: number;
}

/**
 * The counts of all replicas, in Redis. A window begins with the first count, and Redis forgets it at its end. If Redis is
 * away, slow or refuses, it is left alone for a second.
 */
export class SharedCounts {
  readonly #clock: Clock;
  readonly #reminder: ErrorReminder;
  #limiter: RateLimiterRedis | undefined;
  #pausedUntil = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    const facts = { service: 'redis', effect: 'requests are limited by what this process alone has counted' };
    this.#reminder = new ErrorReminder(log, facts, clock);
  }

  /** Before, nothing is shared. The connection's commands must fail while Redis is away. */
  connect(client: Redis, keyPrefix: string): void {
    this.#limiter = new RateLimiterRedis({
      storeClient: client,
      keyPrefix,
      // `penalty` only counts; who is over the limit is decided by `RateLimiter`.
      points: 0,
      duration: WINDOW_SECONDS,
      rejectIfRedisNotReady: true,
    });
  }

  get isAvailable(): boolean {
    return this.#limiter !== undefined && this.#clock.now() >= this.#pausedUntil;
  }

  /** Adds what this replica has counted. Undefined if it is not known whether Redis has it. */
  async add(subject: string, points: number): Promise<SharedCount | undefined> {
    if (this.#limiter === undefined) return undefined;
    const answer = this.#limiter.penalty(subject, points);
    try {
      if (!(await within(TIMEOUT_MS, answer, this.#clock)))
        this.#pause(`Redis takes more than ${TIMEOUT_MS} ms`);
      const { consumedPoints, msBeforeNext } = await answer;
      return { count: consumedPoints, resetMs: msBeforeNext };
    } catch (error) {
      this.#pause(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #pause(why: string): void {
    this.#pausedUntil = this.#clock.now() + PAUSE_MS;
    this.#reminder.warn(why);
  }
}
