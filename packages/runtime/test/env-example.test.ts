import { parseEnv as parseEnvFile } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEnv, envExample, parseEnv } from '@stellar-insights/runtime/env';

const services = defineEnv({
  DATABASE_URL: {
    schema: z.url(),
    description: 'Where Postgres is.\nUnset in the demo.',
    example: 'postgres://localhost/insights',
    secret: true,
  },
  REDIS_URL: { schema: z.url().optional(), description: 'Where Redis is.', example: 'redis://localhost' },
});
const others = defineEnv({
  API_PORT: { schema: z.coerce.number().int().min(1).default(3000), description: 'Port of the API.' },
  OPEN: {
    schema: z.stringbool().describe('true or false').default(true),
    description: 'Whether it is open.',
  },
  ROLES: {
    schema: z
      .string()
      .transform((text) => text.split(','))
      .prefault('ingest,sync'),
    description: 'What it does.',
  },
  NETWORKS: { schema: z.string().default(''), description: 'Empty: none.' },
  PASSPHRASE: { schema: z.string().default('Test # $1 ; 2015'), description: 'Of the network.' },
});
const text = envExample([
  { title: 'Services', variables: services },
  { title: 'The rest', variables: others },
]);

test('.env.example has each variable in its group, with optional variables commented out', () => {
  expect(text).toBe(`# === Services ===

# Where Postgres is.
# Unset in the demo.
# Takes a URL. Required.
DATABASE_URL=postgres://localhost/insights

# Where Redis is.
# Takes a URL. Optional.
#REDIS_URL=redis://localhost

# === The rest ===

# Port of the API.
# Takes a whole number from 1. Default: 3000.
#API_PORT=3000

# Whether it is open.
# Takes true or false. Default: true.
#OPEN=true

# What it does.
# Takes text. Default: ingest,sync.
#ROLES=ingest,sync

# Empty: none.
# Takes text. Optional.
#NETWORKS=

# Of the network.
# Takes text. Default: Test # $1 ; 2015.
#PASSPHRASE='Test # $1 ; 2015'
`);
});

test('.env.example means the same with all its comments removed', () => {
  const declarations = { ...services, ...others };
  const asItIs = parseEnv(declarations, parseEnvFile(text));
  const uncommented = parseEnv(declarations, parseEnvFile(text.replaceAll(/^#(?=[A-Z])/gm, '')));
  expect(uncommented).toEqual({ ...asItIs, REDIS_URL: 'redis://localhost' });
});
