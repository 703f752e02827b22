import { describe, expect, it } from 'vitest';
import { decimal, renderRate } from '../src/values.ts';

describe('an amount', () => {
  it('is exact at every size', () => {
    expect(
      [0n, 1n, 10_000_000n, 123_456_789n, -1n, -25_000_000n, 2n ** 63n - 1n, 10n ** 37n].map(decimal),
    ).toStrictEqual([
      '0.0000000',
      '0.0000001',
      '1.0000000',
      '12.3456789',
      '-0.0000001',
      '-2.5000000',
      '922337203685.4775807',
      `1${'0'.repeat(30)}.0000000`,
    ]);
  });
});

describe('a rate', () => {
  it('is null if the sample is empty', () => {
    expect(renderRate(0, 0)).toStrictEqual({ rate: null, sample: 0, lower: 0, upper: 1 });
  });

  it('lies within its interval', () => {
    const { rate, lower, upper } = renderRate(7, 10);
    expect([rate, lower < 0.7, upper > 0.7]).toStrictEqual([0.7, true, true]);
  });
});
