import { expect, test } from 'vitest';
import { LAST_LEDGER, parseLedgerSequence } from '../src/index.ts';

test('a ledger is named by a whole number from 1 to 2^32 − 1', () => {
  expect(LAST_LEDGER).toBe(4_294_967_295);
  expect(['1', '53312000', '4294967295'].map(parseLedgerSequence)).toEqual([1, 53_312_000, 4_294_967_295]);
});

test.each([
  '',
  '0',
  '-1',
  '4294967296',
  '99999999999',
  '1.5',
  '1e3',
  '0x10',
  ' 1',
  '1 ',
  '01',
  'latest',
  '１',
])('%j names no ledger', (text) => {
  expect(parseLedgerSequence(text)).toBeNull();
});
