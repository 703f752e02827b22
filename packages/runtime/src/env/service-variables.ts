import type { ShutdownSettings } from '@stellar-insights/lifecycle';
import { z } from 'zod';
import { defineEnv } from './declarations.ts';
import { redisUrl } from './redis-url.ts';

const postgresUrl = z
  .url({ protocol: /^postgres(ql)?$/ })
  .describe('a URL postgres://USER:PASSWORD@HOST:PORT/DATABASE');

/** The services that hold the data of this product. */
export const serviceVariables = defineEnv({
  DATABASE_URL: {
    schema: postgresUrl,
    description: 'The Postgres that holds all data.',
    example: 'postgres://insights:insights@localhost:5432/insights',
    secret: true,
  },
  DATABASE_POOLER: {
    schema: z.enum(['none', 'session', 'transaction']).default('none'),
    description:
      'The pool mode of the pooler, such as PgBouncer, that DATABASE_URL leads to. If it is transaction, DATABASE_DIRECT_URL is needed too.',
  },
  DATABASE_DIRECT_URL: {
    schema: postgresUrl.optional(),
    description:
      'The same database without the pooler: for migrations, leases, notifications, and for cancelling statements at a stop. If not set, it is DATABASE_URL.',
    example: 'postgres://insights:insights@localhost:5432/insights',
    secret: true,
  },
  DATABASE_READ_URL: {
    schema: postgresUrl.optional(),
    description:
      'A streaming replica of the same database, from which the API reads history while it has all that the primary has. DATABASE_POOLER holds for it too. If not set, or while the replica is behind or away, DATABASE_URL is read.',
    example: 'postgres://insights:insights@replica:5432/insights',
    secret: true,
  },
  REDIS_URL: {
    schema: redisUrl,
    description:
      'The Redis of the job queues. It holds nothing that cannot be rebuilt from Postgres. Its maxmemory-policy must be noeviction.',
    example: 'redis://localhost:6379',
    secret: true,
  },
});

/** The defaults of `shutdownFromEnv` that are others for our processes. In seconds. */
export const shutdownDefaults = { heartbeatLimit: 10 } as const satisfies Partial<ShutdownSettings>;
