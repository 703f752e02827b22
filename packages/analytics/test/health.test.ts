import { assessHealth, wilsonInterval, type HealthStatus } from '@stellar-insights/analytics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const RULE = { threshold: 0.8, minAttempts: 30 };

function assess(successes: number, attempts: number, before: HealthStatus): HealthStatus {
  return assessHealth({ attempts, successes }, before, RULE);
}

describe('the health of a corridor', () => {
  it('is degraded once the upper bound of its rate is below the threshold', () => {
    // 70 of 100: 0.604 to 0.781; 71 of 100: 0.615 to 0.790; 72 of 100: 0.625 to 0.799; 73 of 100: up to 0.807.
    expect([70, 71, 72, 73].map((successes) => assess(successes, 100, 'healthy'))).toStrictEqual([
      'degraded',
      'degraded',
      'degraded',
      'healthy',
    ]);
  });

  it('recovers once the lower bound is above the threshold, and not before', () => {
    // 87 of 100: from 0.790; 88 of 100: from 0.802.
    expect([73, 80, 87, 88].map((successes) => assess(successes, 100, 'degraded'))).toStrictEqual([
      'degraded',
      'degraded',
      'degraded',
      'healthy',
    ]);
  });

  it('is not changed by a quiet night', () => {
    for (const [successes, attempts] of [
      [0, 0],
      [0, 29],
      [29, 29],
    ] as const) {
      expect(assess(successes, attempts, 'degraded')).toBe('degraded');
      expect(assess(successes, attempts, 'healthy')).toBe('unknown');
      expect(assess(successes, attempts, 'unknown')).toBe('unknown');
    }
    expect(assess(0, 30, 'unknown')).toBe('degraded');
    expect(assess(30, 30, 'unknown')).toBe('healthy');
  });

  it('changes between healthy and degraded only where the whole interval is on one side', () => {
    const counts = fc.nat(500).chain((attempts) => fc.tuple(fc.nat(attempts), fc.constant(attempts)));
    fc.assert(
      fc.property(counts, fc.constantFrom('healthy', 'degraded'), ([successes, attempts], before) => {
        const after = assess(successes, attempts, before);
        const { lower, upper } = wilsonInterval(successes, attempts);
        const settled = attempts >= RULE.minAttempts;
        const fell = settled && upper < RULE.threshold;
        const rose = settled && lower > RULE.threshold;
        expect(after === 'degraded').toBe(before === 'degraded' ? !rose : fell);
        expect(assess(successes, attempts, after)).toBe(after);
      }),
    );
  });
});
