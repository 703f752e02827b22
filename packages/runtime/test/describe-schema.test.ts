import { expect, test } from 'vitest';
import { z } from 'zod';
import { describeSchema } from '@stellar-insights/runtime/env';

test.each<[string, z.ZodType]>([
  ['a whole number from 1 to 65535', z.coerce.number().int().min(1).max(65_535).default(3000)],
  ['a whole number', z.coerce.number().int().optional()],
  ['a whole number from 0', z.coerce.number().int().nonnegative()],
  ['a number above 0 below 1', z.coerce.number().positive().lt(1)],
  ['one of debug, info', z.enum(['debug', 'info']).default('info')],
  ['latest or a whole number from 1', z.union([z.literal('latest'), z.coerce.number().int().min(1)])],
  ['a URL', z.url()],
  ['text that matches ^a+$', z.string().regex(/^a+$/)],
  ['text in the format cidrv4', z.cidrv4()],
  ['text of at least 32 characters', z.string().min(32)],
  ['text', z.string()],
  ['text', z.string().transform((text) => text.split(','))],
  [
    'names, separated by commas',
    z
      .string()
      .transform((text) => text.split(','))
      .describe('names, separated by commas'),
  ],
  ['true or false', z.stringbool().describe('true or false').default(true)],
])('a schema is described as: %s', (words, schema) => {
  expect(describeSchema(schema)).toBe(words);
});
