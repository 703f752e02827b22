import { formatCursor, parseCursor } from '@stellar-insights/contract';
import { describe, expect, it } from 'vitest';

describe('a cursor', () => {
  it.each([
    ['0a1b2c3d4e5f-0', { epoch: '0a1b2c3d4e5f', id: 0n }],
    ['x-9223372036854775807', { epoch: 'x', id: 9_223_372_036_854_775_807n }],
  ])('%s is the same after it was written and read', (text, cursor) => {
    expect(parseCursor(text)).toStrictEqual(cursor);
    expect(formatCursor(cursor)).toBe(text);
  });

  it.each([
    '',
    '-',
    'a',
    'a-',
    '-1',
    'a-01',
    'a--1',
    'a-1 ',
    'A-1',
    'a-b',
    'a-1-1',
    'a-1\n',
    'a-1e3',
    `a-1${'0'.repeat(19)}`,
  ])('%j is no cursor', (text) => {
    expect(parseCursor(text)).toBeNull();
  });
});
