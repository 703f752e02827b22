import { z } from 'zod';

export const readiness = z.object({ status: z.enum(['ready', 'degraded', 'not_ready']) }).meta({
  id: 'Readiness',
  description:
    '`degraded`: answers are not cached, or may be old; requests are still answered, and the status is 200. The admin port has the reasons.',
});

export const liveness = z
  .object({ status: z.literal('live') })
  .meta({ id: 'Liveness', description: 'The process is alive.' });
export const startup = z
  .object({ status: z.enum(['started', 'starting']) })
  .meta({ id: 'Startup', description: 'Whether the process has started.' });

export type Readiness = z.infer<typeof readiness>;
export type Liveness = z.infer<typeof liveness>;
export type Startup = z.infer<typeof startup>;
