import { z } from 'zod';
import { defineEnv } from './declarations.ts';

/** The services that hold the data of this product. */
export const serviceVariables = defineEnv({
  DATABASE_URL: {
    schema: z
      .url({ protocol: /^postgres(ql)?$/ })
      .describe('a URL postgres://USER:PASSWORD@HOST:PORT/DATABASE'),
    description: 'The Postgres that holds all data.',
    example: 'postgres://insights:insights@localhost:5432/insights',
    secret: true,
  },
  REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/ }).describe('a URL redis://HOST:PORT, or rediss:// with TLS'),
    description:
      'The Redis of the job queues. It holds nothing that cannot be rebuilt from Postgres. Its maxmemory-policy must be noeviction.',
    example: 'redis://localhost:6379',
    secret: true,
  },
});
