import { describe, expect, it } from 'vitest';
import { TransientError } from '../../src/sources/errors.ts';
import { retry, type RetryPolicy } from '../../src/sources/retry.ts';
import { systemTiming } from '../../src/sources/timing.ts';
import { fakeTiming } from './fake-timing.ts';

const policy: RetryPolicy = { attempts: 6, baseMs: 100, capMs: 500, retryAfterCapMs: 3000 };
const never = new AbortController().signal;

/** Fails `times` times, then gives the number of the attempt. */
function failing(times: number, error: (attempt: number) => Error) {
  let attempts = 0;
  return async () => {
    if (++attempts <= times) throw error(attempts);
    return attempts;
  };
}

describe('retry', () => {
  it('tries again after a transient failure', async () => {
    const attempt = failing(5, () => new TransientError('busy'));
    expect(await retry(attempt, policy, fakeTiming(), never)).toBe(6);
  });

  it('throws the last failure when the attempts are used up', async () => {
    const attempt = failing(6, (number) => new TransientError(`busy ${number}`));
    await expect(retry(attempt, policy, fakeTiming(), never)).rejects.toThrow('busy 6');
  });

  it('lets any other error pass at once', async () => {
    const timing = fakeTiming();
    const attempt = failing(1, () => new Error('broken'));
    await expect(retry(attempt, policy, timing, never)).rejects.toThrow('broken');
    expect(timing.waits).toStrictEqual([]);
  });

  it('draws each wait from a bound that doubles up to the cap', async () => {
    const timing = fakeTiming({ random: 0.5 });
    await retry(
      failing(5, () => new TransientError('busy')),
      policy,
      timing,
      never,
    );
    expect(timing.waits).toStrictEqual([50, 100, 200, 250, 250]);
  });

  it('waits at least as long as the server asks, within a cap', async () => {
    const timing = fakeTiming({ random: 0.5 });
    const asked = [2000, 1_000_000];
    const attempt = failing(2, (number) => new TransientError('busy', { retryAfterMs: asked[number - 1] }));
    await retry(attempt, policy, timing, never);
    expect(timing.waits).toStrictEqual([2000, 3000]);
  });

  it('stops in the middle of a wait with the reason of the abort', async () => {
    const abort = new AbortController();
    const reason = new Error('asked to stop');
    const attempt = async () => {
      setImmediate(() => abort.abort(reason));
      throw new TransientError('busy', { retryAfterMs: 60_000 });
    };
    await expect(
      retry(attempt, { ...policy, retryAfterCapMs: 60_000 }, systemTiming, abort.signal),
    ).rejects.toBe(reason);
  });
});
