import { expect, test } from 'vitest';
import { sizeClass } from '../src/index.ts';

test('a size class begins at a power of ten and ends before the next', () => {
  const classes = [1n, 9n, 10n, 99n, 100n, 9_999_999n, 10_000_000n].map(sizeClass);
  expect(classes).toEqual([0, 0, 1, 1, 2, 6, 7]);
});

test('the size class is exact where floating-point logarithms round up', () => {
  expect(sizeClass(999_999_999_999_999_999n)).toBe(17);
  expect(sizeClass(1_000_000_000_000_000_000n)).toBe(18);
  expect(sizeClass(2n ** 63n - 1n)).toBe(18);
});

test('an amount of less than one stroop has the class −1', () => {
  expect([0n, -1n, -(2n ** 63n)].map(sizeClass)).toEqual([-1, -1, -1]);
});
