import { z } from 'zod';
import { defineEnv } from './env-declarations.ts';

/** Where this product keeps its data. */
export const serviceVariables = defineEnv({
  DATABASE_URL: {
    schema: z
      .url({ protocol: /^postgres(ql)?$/ })
      .describe('a URL postgres://USER:PASSWORD@HOST:PORT/DATABASE'),
    description: 'The Postgres that holds everything.',
    example: 'postgres://insights:insights@localhost:5432/insights',
    secret: true,
  },
  REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/ }).describe('a URL redis://HOST:PORT, or rediss:// with TLS'),
    description:
      'The Redis of the job queues; it holds nothing that Postgres cannot rebuild. It must be noeviction.',
    example: 'redis://localhost:6379',
    secret: true,
  },
});
