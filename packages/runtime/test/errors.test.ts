import { errorCode } from '@stellar-insights/runtime/errors';
import { expect, test } from 'vitest';

test.each<[string, unknown]>([
  ['ECONNREFUSED', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
  ['TypeError', new TypeError('no code')],
  ['Error', Object.assign(new Error('no text'), { code: 7 })],
  ['unknown', 'a string'],
  ['unknown', null],
])('the stable code is %s', (code, error) => {
  expect(errorCode(error)).toBe(code);
});
