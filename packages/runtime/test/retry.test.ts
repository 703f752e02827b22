import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { retry, type RetryOptions } from '@stellar-insights/runtime/time';
import { describe, expect, it } from 'vitest';

/** Fails `times` times, then returns the number of the attempt. */
function failing(times: number): () => Promise<number> {
  let attempts = 0;
  return async () => {
    attempts += 1;
    if (attempts <= times) throw new Error(`busy ${attempts}`);
    return attempts;
  };
}

/** Options whose waits are this share of their bound, and the waits themselves. */
function noting(options: Partial<RetryOptions> = {}, random = 1): { options: RetryOptions; waits: number[] } {
  const waits: number[] = [];
  const clock: RetryOptions['clock'] = {
    random: () => random,
    sleep: async (ms) => void waits.push(ms),
  };
  const { signal } = new AbortController();
  return { options: { baseMs: 100, capMs: 500, signal, isTransient: () => true, clock, ...options }, waits };
}

describe('retry', () => {
  it('returns the result of the first attempt that succeeds', async () => {
    expect(await retry(failing(7), noting().options)).toBe(8);
  });

  it('throws the error of the last attempt', async () => {
    await expect(retry(failing(7), noting({ attempts: 3 }).options)).rejects.toThrow('busy 3');
  });

  it('throws an error that is not transient at once', async () => {
    const { options, waits } = noting({ isTransient: () => false });
    await expect(retry(failing(1), options)).rejects.toThrow('busy 1');
    expect(waits).toEqual([]);
  });

  it('doubles the bound of each wait up to the cap', async () => {
    const { options, waits } = noting();
    await retry(failing(5), options);
    expect(waits).toEqual([100, 200, 400, 500, 500]);
  });

  it('waits a random share of the bound, but at least the minimum of the error', async () => {
    const minimumMs = (error: unknown) => (String(error).includes('1') ? 70 : 0);
    const { options, waits } = noting({ minimumMs }, 0.5);
    await retry(failing(2), options);
    expect(waits).toEqual([70, 100]);
  });

  it('reports each failure before the wait', async () => {
    const failures: string[] = [];
    await retry(failing(2), noting({ onFailure: (error) => failures.push(String(error)) }).options);
    expect(failures).toEqual(['Error: busy 1', 'Error: busy 2']);
  });

  it('ends in a wait with the reason of the abort', async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const reason = new Error('asked to stop');
    const result = retry(failing(7), { ...noting().options, clock, signal: stop.signal });
    clock.after(10, () => stop.abort(reason));
    await expect(clock.until(result)).rejects.toBe(reason);
  });
});
