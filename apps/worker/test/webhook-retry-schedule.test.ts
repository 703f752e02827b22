import { describe, expect, test } from 'vitest';
import { retryInMs, retrySchedule } from '../src/webhooks/retry-schedule.ts';

const byDefault = retrySchedule.parse(undefined);
const SECOND = 1000;
const HOUR = 3_600_000;

describe('the retry schedule', () => {
  test('is 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h by default, ±20 %', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7].map((failed) =>
      [0, 0.5, 1].map((random) => (retryInMs(byDefault, { failed, ends: true, random }) ?? 0) / SECOND),
    );
    expect(delays).toEqual([
      [4, 5, 6],
      [240, 300, 360],
      [1440, 1800, 2160],
      [5760, 7200, 8640],
      [14_400, 18_000, 21_600],
      [28_800, 36_000, 43_200],
      [28_800, 36_000, 43_200],
    ]);
  });

  test('ends after its last delay, and for a strict endpoint goes on with that', () => {
    expect(retryInMs(byDefault, { failed: 8, ends: true, random: 0.5 })).toBeNull();
    expect(retryInMs(byDefault, { failed: 100, ends: false, random: 0.5 })).toBe(10 * HOUR);
  });

  test('waits longer if Retry-After asks for it, up to its longest delay, and never shorter', () => {
    const retry = (retryAfterMs: number) =>
      retryInMs(byDefault, { failed: 2, ends: true, random: 0.5, retryAfterMs });
    expect(retry(SECOND)).toBe(300 * SECOND);
    expect(retry(HOUR)).toBe(HOUR);
    expect(retry(1000 * HOUR)).toBe(10 * HOUR);
  });

  test.each(['', '5', '5x', '-1s', '0s', '25h', Array(21).fill('1s').join()])('refuses "%s"', (text) => {
    expect(retrySchedule.safeParse(text).success).toBe(false);
  });

  test('reads fractions, spaces and all units', () => {
    expect(retrySchedule.parse('0.5s, 2m,1h,1d')).toEqual([500, 120_000, HOUR, 24 * HOUR]);
  });
});
