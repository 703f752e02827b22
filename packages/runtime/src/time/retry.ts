import { systemClock, type Clock } from '@stellar-insights/lifecycle';

export interface RetryOptions {
  /** The wait before the second attempt is at most this long; the bound doubles with each further attempt. */
  readonly baseMs: number;
  /** The highest bound of a wait. */
  readonly capMs: number;
  /** Default: no limit. */
  readonly attempts?: number;
  /** Ends a wait; then `retry` rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Whether a later attempt may succeed. Any other error is thrown at once. */
  readonly isTransient: (error: unknown) => boolean;
  /** The shortest wait after this error, e.g. what a server asked for in `Retry-After`. Default: 0. */
  readonly minimumMs?: (error: unknown) => number;
  /** Called before each wait. */
  readonly onFailure?: (error: unknown) => void;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'sleep' | 'random'>;
}

/**
 * Repeats `attempt` while it fails with transient errors, and throws the error of the last attempt. Each wait is random,
 * from zero to a bound that doubles ("full jitter"), so that clients that failed together do not return together.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts = Infinity, signal, clock = systemClock } = options;
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!options.isTransient(error) || failures >= attempts) throw error;
      options.onFailure?.(error);
      const bound = Math.min(options.capMs, options.baseMs * 2 ** (failures - 1));
      const minimumMs = options.minimumMs?.(error) ?? 0;
      await clock.sleep(Math.max(clock.random() * bound, minimumMs), signal);
    }
  }
}
