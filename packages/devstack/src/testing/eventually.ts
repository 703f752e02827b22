import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Long enough for a busy machine to start a process. Vitest's own limit is longer, so that this message is seen. */
export const LIMIT_MS = 60_000;
const EVERY_MS = 20;
const SHOWN = 500;

/** A check that says "not yet" by `false`, `null` or by throwing. */
type Check<T> = () => T | Promise<T>;

export interface EventuallyOptions {
  /** What the check waits for, in the message. Default: the check's own source. */
  readonly what?: string;
  /** Default: 60,000. */
  readonly limitMs?: number;
  /** The pause between two checks. Default: 20. */
  readonly everyMs?: number;
}

/** A check did not succeed in time. `cause` is the last error, if the check threw. */
export class EventuallyError extends Error {
  override readonly name = 'EventuallyError';
  readonly code = 'eventually_timed_out';
}

/**
 * Repeats a check until it succeeds, and resolves to what the check returned. A check succeeds if it returns anything but
 * `false` and `null`: `() => expect(list).toHaveLength(2)` and `() => list.find(matches) ?? null` are checks.
 *
 * @throws EventuallyError if the check did not succeed within the limit. Its message names the last value or error.
 */
export async function eventually<T>(
  check: Check<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false | null>> {
  const { what = sourceOf(check), limitMs = LIMIT_MS, everyMs = EVERY_MS } = options;
  // Made here for its stack: after the first await, the caller is no longer on it.
  const failure = new EventuallyError();
  const deadline = performance.now() + limitMs;
  const hangs = Symbol('hangs');
  let last = 'the check had not returned';
  for (;;) {
    const limit = new AbortController();
    try {
      const left = Math.max(0, deadline - performance.now());
      const late = sleep(left, hangs, { signal: limit.signal }).catch(() => hangs);
      const value = await Promise.race([attempt(check), late]);
      if (value === hangs) break;
      if (value !== false && value !== null) return value as Exclude<T, false | null>;
      last = `found ${inspect(value)}`;
      failure.cause = undefined;
    } catch (error) {
      last = `found ${error instanceof Error ? error.message : inspect(error)}`;
      failure.cause = error;
    } finally {
      limit.abort();
    }
    if (performance.now() >= deadline) break;
    await sleep(everyMs);
  }
  failure.message = `after ${limitMs} ms, ${last}\nexpected: ${what}`;
  throw failure;
}

async function attempt<T>(check: Check<T>): Promise<T> {
  return await check();
}

function sourceOf(check: Check<unknown>): string {
  return String(check).replaceAll(/\s+/g, ' ').slice(0, SHOWN);
}
