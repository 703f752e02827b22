import { StatisticsInputError } from '../errors.ts';

/** The 0.975 quantile of the normal distribution: 95 % two-sided confidence. */
export const Z_95 = 1.959963984540054;

/** Bounds of a proportion, both from 0 to 1. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * The Wilson score interval (without continuity correction) of a success rate; default of `z`: 95 % confidence.
 *
 *     (p + z²/2n ± z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),   p = successes / attempts, n = attempts
 *
 * Without attempts the interval is 0 to 1.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
 * American Statistical Association 22 (1927) 209–212; method 3 of R. G. Newcombe, "Two-sided confidence intervals for
 * the single proportion", Statistics in Medicine 17 (1998) 857–872.
 *
 * @throws StatisticsInputError unless both are integers with 0 ≤ successes ≤ attempts, and z is positive
 */
export function wilsonInterval(successes: number, attempts: number, z = Z_95): Interval {
  checkInput(successes, attempts, z);
  if (attempts === 0) return { lower: 0, upper: 1 };

  const rate = successes / attempts;
  const z2n = (z * z) / attempts;
  const middle = rate + z2n / 2;
  const halfWidth = z * Math.sqrt((rate * (1 - rate) + z2n / 4) / attempts);
  // At both ends the exact bound is known, and rounding errors would miss it.
  return {
    lower: successes === 0 ? 0 : (middle - halfWidth) / (1 + z2n),
    upper: successes === attempts ? 1 : (middle + halfWidth) / (1 + z2n),
  };
}

function checkInput(successes: number, attempts: number, z: number): void {
  const countable = Number.isSafeInteger(successes) && Number.isSafeInteger(attempts);
  if (!countable || successes < 0 || successes > attempts) {
    const found = `${successes} successes in ${attempts} attempts`;
    throw new StatisticsInputError('success rate', found, 'whole numbers with 0 ≤ successes ≤ attempts');
  }
  if (!(z > 0 && z < Infinity)) throw new StatisticsInputError('z', `${z}`, 'a positive number');
}
