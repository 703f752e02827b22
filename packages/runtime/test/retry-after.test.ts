import { expect, test } from 'vitest';
import { parseRetryAfter } from '../src/time/index.ts';

test('Retry-After is read as seconds or as a date, and ignored if it is neither', () => {
  const now = new Date('2026-11-28T09:00:00Z');
  const read = (header: string | null | undefined) => parseRetryAfter(header, now);
  expect(read('120')).toBe(120_000);
  expect(read('Sat, 28 Nov 2026 09:01:00 GMT')).toBe(60_000);
  expect(read('Sat, 28 Nov 2026 08:00:00 GMT')).toBe(0);
  for (const text of [null, undefined, '', 'soon', '-5', '1e9', '99999999999']) {
    expect(read(text)).toBeUndefined();
  }
});
