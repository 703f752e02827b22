import { describe, expect, it } from 'vitest';
import { corridorsQuery, durationMs } from '../src/index.ts';

describe('a duration', () => {
  it('is a number of minutes, hours or days', () => {
    expect(['90m', '24h', '7d'].map(durationMs)).toStrictEqual([5_400_000, 86_400_000, 604_800_000]);
  });

  it('is no other text', () => {
    for (const text of ['', '0m', '-1h', '1.5h', '1', 'h', '1w', ' 1h', '1H', '1234567m']) {
      expect(durationMs(text), text).toBeNaN();
    }
  });
});

describe('a window', () => {
  const fits = (window: string) => corridorsQuery.safeParse({ window }).success;

  it('is five minutes to ninety days long', () => {
    expect(['5m', '90m', '24h', '90d', '2160h'].filter((window) => !fits(window))).toStrictEqual([]);
    expect(['4m', '91d', '2161h', '129601m', '1y', ''].filter(fits)).toStrictEqual([]);
  });

  it('is the same in every unit', () => {
    const parsed = ['1440m', '24h', '1d'].map((window) => corridorsQuery.parse({ window }));
    expect(new Set(parsed.map((query) => JSON.stringify(query))).size).toBe(1);
  });

  it('is left open if it is not given, as a range can stand in its place', () => {
    const { window, from, to, ...rest } = corridorsQuery.parse({});
    expect([window, from, to]).toEqual([undefined, undefined, undefined]);
    expect(rest).toMatchObject({ include_self: false, limit: 50 });
  });
});

it('the least number of attempts is refused with the numbers that it may be', () => {
  const refused = (attempts: string) =>
    corridorsQuery.safeParse({ min_attempts: attempts }).error?.issues[0]?.message;
  expect(['1', '999999999'].map(refused)).toStrictEqual([undefined, undefined]);
  for (const attempts of ['', '0', '-1', '1.5', '1000000000']) {
    expect(refused(attempts), attempts).toBe('expected a whole number, 1 to 999999999');
  }
});
