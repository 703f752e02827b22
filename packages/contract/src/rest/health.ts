import { z } from 'zod';

const dependency = z.enum(['up', 'away']);

export const readiness = z
  .object({ status: z.enum(['ready', 'degraded', 'not_ready']), postgres: dependency, redis: dependency })
  .meta({
    id: 'Readiness',
    description: '`degraded`: Redis is away, answers are not cached, the status is still 200.',
  });

export const liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' });
export const startup = z.object({ status: z.enum(['started', 'starting']) }).meta({ id: 'Startup' });

export type Readiness = z.infer<typeof readiness>;
