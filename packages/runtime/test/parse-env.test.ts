import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, defineEnv, parseEnv, type ConfigFault } from '@stellar-insights/runtime/env';

const declarations = defineEnv({
  API_PORT: {
    schema: z.coerce.number().int().min(1).max(65_535).default(3000),
    description: 'Port of the API.',
  },
  DATABASE_URL: { schema: z.url(), description: 'The database.', secret: true },
  START: {
    schema: z.union([z.literal('latest'), z.coerce.number().int().min(1)]).default('latest'),
    description: 'Where to start.',
  },
  LABEL: { schema: z.string().optional(), description: 'A label.' },
});
const DATABASE_URL = 'postgres://u:hunter2@db/x';

function faultsOf(parse: () => unknown): readonly ConfigFault[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the values', () => {
  test('have types and defaults, and undeclared variables are ignored', () => {
    const values = parseEnv(declarations, { DATABASE_URL, START: '7', HOME: '/root' });
    expect(values).toEqual({ API_PORT: 3000, DATABASE_URL, START: 7, LABEL: undefined });
    expectTypeOf(values.API_PORT).toEqualTypeOf<number>();
    expectTypeOf(values.START).toEqualTypeOf<number | 'latest'>();
    expectTypeOf(values.LABEL).toEqualTypeOf<string | undefined>();
  });

  test.each(['', ' ', '\t'])('of a variable set to %j are those of an unset variable', (blank) => {
    const values = parseEnv(declarations, { DATABASE_URL, API_PORT: blank, LABEL: blank });
    expect(values).toMatchObject({ API_PORT: 3000, LABEL: undefined });
    expect(faultsOf(() => parseEnv(declarations, { DATABASE_URL: blank }))).toEqual([
      { name: 'DATABASE_URL', found: 'nothing', expected: 'a URL' },
    ]);
  });
});

describe('the error', () => {
  test('lists each fault with its name, what was found and what was expected', () => {
    const env = { API_PORT: 'a"b\n', START: '0' };
    const parse = () => parseEnv(declarations, env);
    expect(faultsOf(parse)).toEqual([
      { name: 'API_PORT', found: '"a\\"b\\n"', expected: 'a whole number from 1 to 65535' },
      { name: 'DATABASE_URL', found: 'nothing', expected: 'a URL' },
      { name: 'START', found: '"0"', expected: 'latest or a whole number from 1' },
    ]);
    expect(parse).toThrow(expect.objectContaining({ code: 'config_invalid' }));
    expect(parse).toThrow('invalid configuration, correct 3 variables:\n  API_PORT: found "a');
    expect(parse).toThrow('\n  START: found "0", expected latest or a whole number from 1');
  });

  test("contains the message of a schema's own check", () => {
    const even = z.string().refine((text) => text.length % 2 === 0, 'its length must be even');
    const parse = () => parseEnv({ PAIR: { schema: even, description: 'Pairs.' } }, { PAIR: 'abc' });
    expect(faultsOf(parse)).toEqual([
      { name: 'PAIR', found: '"abc"', expected: 'text; its length must be even' },
    ]);
  });

  test('never shows a secret, even if the schema would show it', () => {
    const telling = z.string().refine(() => false, { error: ({ input }) => `${String(input)} is wrong` });
    const secrets = defineEnv({
      DATABASE_URL: declarations.DATABASE_URL,
      KEY: { schema: telling, description: 'A key.', secret: true },
    });
    const parse = () => parseEnv(secrets, { DATABASE_URL: 'hunter2', KEY: 'hunter2' });
    expect(faultsOf(parse).map(({ name }) => name)).toEqual(['DATABASE_URL', 'KEY']);
    expect(JSON.stringify(faultsOf(parse))).not.toContain('hunter2');
    expect(parse).not.toThrow('hunter2');
    expect(parse).toThrow('DATABASE_URL: found a secret value that does not fit, expected a URL');
  });
});
