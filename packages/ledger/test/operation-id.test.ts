import { expect, test } from 'vitest';
import { LAST_LEDGER, ledgerOfOperation, operationId, transactionIndexOfOperation } from '../src/index.ts';

test('an operation id is ledger, transaction and operation in 32, 20 and 12 bits, as SEP-35 says', () => {
  expect(operationId(30_822_015, 1, 1)).toBe(132_379_546_421_825_537n);
  expect(operationId(30_822_015, 4, 1)).toBe(132_379_546_421_837_825n);
  expect(operationId(LAST_LEDGER, 0xf_ffff, 0xfff)).toBe(2n ** 64n - 1n);
});

test('its ledger and its transaction can be read from it', () => {
  const id = operationId(53_312_000, 0xf_ffff, 0xfff);
  expect(ledgerOfOperation(id)).toBe(53_312_000);
  expect(transactionIndexOfOperation(id)).toBe(0xf_ffff);
});
