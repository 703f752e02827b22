import { shutdownFromEnv } from '@stellar-insights/lifecycle';
import { collectFaults, ConfigError, defineEnv, parseEnv } from '@stellar-insights/runtime/env';
import { expect, test } from 'vitest';
import { z } from 'zod';

const port = defineEnv({ PORT: { schema: z.coerce.number().int(), description: 'A port.' } });

function read(env: Readonly<Record<string, string>>) {
  return collectFaults((part) => {
    const values = part(() => parseEnv(port, env));
    const shutdown = part(() => shutdownFromEnv(env));
    return values && shutdown && { ...values, timeout: shutdown.timeout };
  });
}

test('a configuration without faults consists of its parts', () => {
  expect(read({ PORT: '1', SHUTDOWN_TIMEOUT: '60' })).toEqual({ PORT: 1, timeout: 60 });
});

test('one error has the faults of all parts', () => {
  const names: string[] = [];
  try {
    read({ PORT: 'x', SHUTDOWN_TIMEOUT: 'y' });
  } catch (error) {
    if (error instanceof ConfigError) names.push(...error.faults.map(({ name }) => name));
  }
  expect(names).toEqual(['PORT', 'SHUTDOWN_TIMEOUT']);
});

test('an error that is no fault of the environment is thrown as it is', () => {
  const broken = new RangeError('broken');
  expect(() =>
    collectFaults((part) =>
      part(() => {
        throw broken;
      }),
    ),
  ).toThrow(broken);
});
