import { seed } from '@stellar-insights/devstack/vitest';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feesOf, swapStrictReceive, swapStrictSend } from '../../src/index.ts';

const LARGEST = 2n ** 63n - 1n;
const parameters = () => ({ seed: seed(), numRuns: 500 });

/** Of any size, small ones as often as large ones. */
const anyAmount = fc
  .tuple(fc.integer({ min: 0, max: 62 }), fc.bigInt({ min: 0n, max: LARGEST - 1n }))
  .map(([bits, amount]) => (amount >> BigInt(bits)) + 1n);
const anyReserves = fc.record({
  reserveIn: anyAmount,
  reserveOut: anyAmount,
  feeBp: fc.integer({ min: 0, max: 9999 }),
});

describe('a swap', () => {
  test('never lowers the product of the reserves, and never takes all of a reserve', () => {
    fc.assert(
      fc.property(anyReserves, anyAmount, (reserves, amountIn) => {
        const out = swapStrictSend(reserves, amountIn);
        if (out === null) return reserves.reserveIn + amountIn > LARGEST;
        const { reserveIn, reserveOut } = reserves;
        expect((reserveIn + amountIn) * (reserveOut - out)).toBeGreaterThanOrEqual(reserveIn * reserveOut);
        return out >= 0n && out < reserveOut;
      }),
      parameters(),
    );
  });

  test('asks for the least input that gives the output', () => {
    fc.assert(
      fc.property(anyReserves, anyAmount, (reserves, amountOut) => {
        const amountIn = swapStrictReceive(reserves, amountOut);
        if (amountIn === null) {
          // The pool has not that much, or cannot hold what it would take.
          const most = swapStrictSend(reserves, LARGEST - reserves.reserveIn);
          return amountOut >= reserves.reserveOut || (most ?? 0n) < amountOut;
        }
        expect(swapStrictSend(reserves, amountIn)).toBeGreaterThanOrEqual(amountOut);
        return amountIn === 0n || (swapStrictSend(reserves, amountIn - 1n) ?? 0n) < amountOut;
      }),
      parameters(),
    );
  });

  test('gives more for more, and less with a higher fee', () => {
    fc.assert(
      fc.property(anyReserves, anyAmount, anyAmount, (reserves, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const [small, large] = [swapStrictSend(reserves, less), swapStrictSend(reserves, more)];
        if (small === null || large === null) return;
        expect(large).toBeGreaterThanOrEqual(small);
        const dearer = { ...reserves, feeBp: Math.min(9999, reserves.feeBp + 1) };
        expect(swapStrictSend(dearer, more)).toBeLessThanOrEqual(large);
      }),
      parameters(),
    );
  });

  test('there and back gives less than was put in', () => {
    fc.assert(
      fc.property(anyReserves, anyAmount, (reserves, amountIn) => {
        const { reserveIn, reserveOut, feeBp } = reserves;
        const out = swapStrictSend(reserves, amountIn);
        if (out === null || out === 0n) return;
        const after = { reserveIn: reserveOut - out, reserveOut: reserveIn + amountIn, feeBp };
        expect(swapStrictSend(after, out)).toBeLessThanOrEqual(amountIn);
      }),
      parameters(),
    );
  });

  test('earns the fee of the input, rounded down', () => {
    expect(feesOf(1_000_000n, 30)).toBe(3000n);
    expect(feesOf(333n, 30)).toBe(0n);
    expect(feesOf(334n, 30)).toBe(1n);
  });
});
