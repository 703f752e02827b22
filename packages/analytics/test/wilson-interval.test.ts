import { seed } from '@stellar-insights/devstack/vitest';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StatisticsInputError, wilsonInterval } from '../src/index.ts';

describe('the Wilson 95 % interval', () => {
  // Newcombe (1998), table I, method 3; the rows of 10 from the closed forms z²/(n+z²) and n/(n+z²).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
  ])('of %i in %i is %d to %d, as published', (successes, attempts, lower, upper) => {
    const interval = wilsonInterval(successes, attempts);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  test('of no attempts is everything from 0 to 1', () => {
    expect(wilsonInterval(0, 0)).toEqual({ lower: 0, upper: 1 });
  });

  test('touches 0 exactly if nothing succeeded, and 1 exactly if everything did', () => {
    for (const attempts of [1, 3, 10, 11, 21]) {
      expect(wilsonInterval(0, attempts).lower).toBe(0);
      expect(wilsonInterval(attempts, attempts).upper).toBe(1);
    }
  });

  test('is 1 ∕ (1 + z²) wide at the far end of a single attempt, for any z', () => {
    expect(wilsonInterval(1, 1, 2).lower).toBeCloseTo(1 / 5, 15);
    expect(wilsonInterval(0, 1, 2).upper).toBeCloseTo(4 / 5, 15);
  });

  test('lies from 0 to 1, contains the rate, and is mirrored if successes and failures are swapped', () => {
    const sample = fc
      .tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 1_000_000 }))
      .filter(([successes, failures]) => successes + failures > 0);
    fc.assert(
      fc.property(sample, ([successes, failures]) => {
        const attempts = successes + failures;
        const { lower, upper } = wilsonInterval(successes, attempts);
        const mirrored = wilsonInterval(failures, attempts);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(successes / attempts);
        expect(upper).toBeGreaterThanOrEqual(successes / attempts);
        expect(upper).toBeLessThanOrEqual(1);
        expect(mirrored.lower).toBeCloseTo(1 - upper, 12);
      }),
      { seed: seed() },
    );
  });

  test.each([
    [2, 1],
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, Number.NaN],
  ])('of %d in %d is refused, saying what was found', (successes, attempts) => {
    expect(() => wilsonInterval(successes, attempts)).toThrow(StatisticsInputError);
    expect(() => wilsonInterval(successes, attempts)).toThrow(`${successes} successes in ${attempts}`);
  });

  test.each([0, -1, Number.NaN, Infinity])('with z = %d is refused', (z) => {
    expect(() => wilsonInterval(1, 2, z)).toThrow(
      expect.objectContaining({ code: 'statistics_input_invalid' }),
    );
  });
});
