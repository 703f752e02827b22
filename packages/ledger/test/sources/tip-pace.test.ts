import { describe, expect, it } from 'vitest';
import { TipPace } from '../../src/sources/tip-pace.ts';

const MOST_MS = 1000;

/** Each item that was waited for, with the waits before it, if one is there after every so many milliseconds. */
function waitsUntil(pace: TipPace, everyMs: number, items: number): number[][] {
  let now = 0;
  return Array.from({ length: items }, (_, place) => {
    const waits: number[] = [];
    while (now < (place + 1) * everyMs) {
      waits.push(pace.nextWait());
      now += waits.at(-1) ?? 0;
    }
    pace.came();
    return waits;
  });
}

describe('the pace at the tip', () => {
  it('is the longest wait while items come as on the network', () => {
    const waits = waitsUntil(new TipPace(MOST_MS), 5000, 10).flat();
    expect(new Set(waits)).toStrictEqual(new Set([MOST_MS]));
  });

  it('is about a quarter of the interval if items come quickly', () => {
    const settled = waitsUntil(new TipPace(MOST_MS), 600, 20).slice(5);
    for (const waits of settled) {
      for (const wait of waits) expect(wait).toBeLessThan(250);
      expect(waits.length).toBeLessThanOrEqual(6);
    }
  });

  it('grows again when they come slowly', () => {
    const pace = new TipPace(MOST_MS);
    waitsUntil(pace, 100, 20);
    const [first = []] = waitsUntil(pace, 20_000, 1);
    expect(first.length).toBeLessThan(50);
    expect(first.at(-1)).toBe(MOST_MS);
  });

  it('learns nothing from items that were there already, and is never below 50 ms', () => {
    const pace = new TipPace(MOST_MS);
    for (let item = 0; item < 100; item++) pace.came();
    expect(pace.nextWait()).toBe(MOST_MS);
    for (let item = 0; item < 100; item++) pace.came();
    pace.nextWait();
    for (let item = 0; item < 1000; item++) pace.came();
    expect(pace.nextWait()).toBe(50);
  });
});
