import { describe, expect, it } from 'vitest';
import { poolPayout, poolPrice } from '../src/exchange/constant-product.ts';
import { Random } from '../src/random.ts';

const random = new Random('pools');
const amount = () => BigInt(random.integer(1, 2 ** random.integer(1, 50)));
const CASES = Array.from({ length: 2_000 }, () => ({
  reserveIn: amount(),
  reserveOut: amount(),
  size: amount(),
}));

describe('a constant-product pool', () => {
  it('computes the worked example of 1,000 against 1,000 with 30 basis points', () => {
    // 9970 · 1000 · 100 / (10000 · 1000 + 9970 · 100) = 90.66…; the price of 90 back is ⌈99.19…⌉.
    expect(poolPayout(1_000n, 1_000n, 100n)).toBe(90n);
    expect(poolPrice(1_000n, 1_000n, 90n)).toBe(100n);
  });

  it('never lets the product of its reserves fall', () => {
    for (const { reserveIn, reserveOut, size } of CASES) {
      const out = poolPayout(reserveIn, reserveOut, size);
      expect((reserveIn + size) * (reserveOut - out) >= reserveIn * reserveOut).toBe(true);
      const price = poolPrice(reserveIn, reserveOut, size);
      if (price === null) continue;
      expect((reserveIn + price) * (reserveOut - size) >= reserveIn * reserveOut).toBe(true);
    }
  });

  it('asks for the least that buys an amount', () => {
    for (const { reserveIn, reserveOut, size } of CASES) {
      const price = poolPrice(reserveIn, reserveOut, size);
      if (price === null) continue;
      expect(poolPayout(reserveIn, reserveOut, price) >= size).toBe(true);
      expect(poolPayout(reserveIn, reserveOut, price - 1n) < size).toBe(true);
    }
  });

  it('cannot sell all it has', () => {
    expect(poolPrice(10n, 10n, 10n)).toBeNull();
    expect(poolPayout(10n, 10n, 10n ** 18n)).toBeLessThan(10n);
  });
});
