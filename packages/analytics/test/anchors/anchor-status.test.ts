import { describe, expect, it } from 'vitest';
import { assessAnchor, NO_COUNTS, type AnchorCounts } from '../../src/index.ts';

describe('the status of an anchor', () => {
  const rule = { threshold: 0.8, minAttempts: 30 };
  const counts = (attempts: number, successes: number): AnchorCounts => ({
    ...NO_COUNTS,
    attempts,
    successes,
  });
  const good = {
    file: { failure: null as string | null, failures: 0 },
    issuers: 1,
    unverifiedReason: 'not_mutual',
    counts: counts(100, 100),
  };

  it('is the first that applies of unreachable, unverified, degraded and healthy', () => {
    const bad = { ...good, counts: counts(100, 10), issuers: 0 };
    const away = { failure: 'timed_out', failures: 2 };
    const statusOf = (evidence: typeof bad) => assessAnchor(evidence, 'healthy', rule);
    expect(statusOf({ ...bad, file: away })).toStrictEqual({
      status: 'unreachable',
      reason: 'timed_out',
      rate: 'degraded',
    });
    expect(statusOf(bad)).toMatchObject({ status: 'unverified', reason: 'not_mutual' });
    expect(statusOf({ ...bad, issuers: 1 })).toMatchObject({ status: 'degraded', reason: 'success_rate' });
    expect(statusOf(good)).toStrictEqual({ status: 'healthy', reason: null, rate: 'healthy' });
  });

  it('is not unreachable after one failure, nor by an answer that is no file', () => {
    for (const file of [
      { failure: 'timed_out', failures: 1 },
      { failure: 'file_not_found', failures: 9 },
    ]) {
      expect(assessAnchor({ ...good, file }, 'healthy', rule)).toMatchObject({ status: 'healthy' });
    }
  });

  it('has the hysteresis of a corridor, also while something else is worse', () => {
    const between = counts(100, 80);
    const away = { failure: 'timed_out', failures: 2 };
    const { rate } = assessAnchor({ ...good, file: away, counts: counts(100, 10) }, 'healthy', rule);
    expect(assessAnchor({ ...good, counts: between }, rate, rule)).toMatchObject({ status: 'degraded' });
    expect(assessAnchor({ ...good, counts: between }, 'healthy', rule)).toMatchObject({ status: 'healthy' });
  });

  it('is healthy where too few attempts say nothing', () => {
    expect(assessAnchor({ ...good, counts: counts(3, 0) }, 'unknown', rule)).toStrictEqual({
      status: 'healthy',
      reason: null,
      rate: 'unknown',
    });
  });
});
