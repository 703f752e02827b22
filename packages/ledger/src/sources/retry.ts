import { TransientError } from './errors.ts';
import type { Timing } from './timing.ts';

/** When to give up, and how long to wait until then. */
export interface RetryPolicy {
  /** How often to try in all. */
  readonly attempts: number;
  /** The wait before the second attempt is at most this long; the bound doubles with every further one. */
  readonly baseMs: number;
  readonly capMs: number;
  /** The longest wait a server's `Retry-After` may ask for. */
  readonly retryAfterCapMs: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attempts: 6,
  baseMs: 250,
  capMs: 10_000,
  retryAfterCapMs: 60_000,
};

/**
 * Tries again after every `TransientError` and throws the last one; any other error passes at once. The wait is drawn
 * evenly from zero up to a bound that doubles ("full jitter"), so that clients that failed together do not return together.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  timing: Timing,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError) || failures >= policy.attempts) throw error;
      await timing.sleep(delayMs(error, failures, policy, timing), signal);
    }
  }
}

function delayMs(error: TransientError, failures: number, policy: RetryPolicy, timing: Timing): number {
  const jitter = timing.random() * Math.min(policy.capMs, policy.baseMs * 2 ** (failures - 1));
  return Math.max(jitter, Math.min(error.retryAfterMs ?? 0, policy.retryAfterCapMs));
}
