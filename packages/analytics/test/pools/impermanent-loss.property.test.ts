import { seed } from '@stellar-insights/devstack/vitest';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annualRate, hasFallen, impermanentLoss } from '../../src/index.ts';

const parameters = () => ({ seed: seed(), numRuns: 500 });
const anyReserves = fc.record({
  reserveA: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  reserveB: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
});

/** 2√k/(1+k) − 1 with 60 decimals. */
function exactLoss(numerator: bigint, denominator: bigint): number {
  const scale = 10n ** 60n;
  const root = integerRoot((numerator * scale * scale) / denominator);
  const k = (numerator * scale) / denominator;
  return Number((2n * root * scale) / (scale + k) - scale) / 1e60;
}

function integerRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let [root, next] = [value, 1n << BigInt(Math.ceil(value.toString(2).length / 2))];
  while (next !== root) {
    root = next;
    next = (root + value / root) / 2n;
    if (next >= root) return root;
  }
  return root;
}

describe('impermanent loss', () => {
  test('is 2√k/(1+k) − 1 to 12 decimals, from −1 to 0', () => {
    fc.assert(
      fc.property(anyReserves, anyReserves, (before, after) => {
        const found = impermanentLoss(before, after);
        if (found === null) return false;
        const { numerator, denominator } = found.ratio;
        expect(Math.abs(found.loss - exactLoss(numerator, denominator))).toBeLessThan(1e-12);
        return found.loss >= -1 && found.loss <= 0;
      }),
      parameters(),
    );
  });

  test('is the same there and back, and exact where the price hardly moved', () => {
    fc.assert(
      fc.property(anyReserves, anyReserves, (before, after) => {
        const [there, back] = [impermanentLoss(before, after), impermanentLoss(after, before)];
        expect(Math.abs((there?.loss ?? 0) - (back?.loss ?? 1))).toBeLessThan(1e-12);
      }),
      parameters(),
    );
    const before = { reserveA: 10n ** 18n, reserveB: 10n ** 18n };
    const { loss = 0 } = impermanentLoss(before, { ...before, reserveB: 10n ** 18n + 10n ** 9n }) ?? {};
    expect(loss / (-1e-18 / 8)).toBeCloseTo(1, 8);
  });

  test('is 0 if the price is the same, however much was deposited; null without a price', () => {
    const before = { reserveA: 3n, reserveB: 7n };
    expect(impermanentLoss(before, { reserveA: 300n, reserveB: 700n })?.loss).toBe(0);
    expect(impermanentLoss(before, { reserveA: 0n, reserveB: 0n })).toBeNull();
    expect(impermanentLoss({ reserveA: 3n, reserveB: 0n }, before)).toBeNull();
  });
});

describe('the annual rate', () => {
  test('is the fees of a day, 365 times, by the value; null without either', () => {
    expect(annualRate(2n, 730n)).toStrictEqual({ numerator: 730n, denominator: 730n });
    expect([annualRate(null, 1n), annualRate(1n, null), annualRate(1n, 0n)]).toStrictEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('a value', () => {
  test('has fallen by a share if exactly so much or less is left', () => {
    expect(hasFallen(100n, 70n, 0.3)).toBe(true);
    expect(hasFallen(100n, 71n, 0.3)).toBe(false);
    expect(hasFallen(10n ** 30n, 7n * 10n ** 29n + 1n, 0.3)).toBe(false);
    expect(hasFallen(0n, 0n, 0.3)).toBe(false);
  });
});
