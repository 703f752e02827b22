import { z } from 'zod';

const dependency = z.enum(['up', 'away']);
/** Whole seconds. */
const age = z.int().nonnegative();

export const readiness = z
  .object({
    status: z.enum(['ready', 'degraded', 'not_ready']),
    postgres: dependency,
    redis: z.enum(['up', 'away', 'failing']),
    reason: z.string().optional(),
    stale: z.boolean(),
    errors: z.record(z.string(), z.string()),
    newest_ledger_age_seconds: age.nullable(),
    tasks: z.array(z.object({ task: z.string(), progress_age_seconds: age.nullable() })),
  })
  .meta({
    id: 'Readiness',
    description:
      '`degraded`: Redis is away, or refuses data (`failing`, with its answer as `reason`), so answers are not cached, or a task of the workers is stopped; the status is still 200. `stale`: a task is stopped, so answers may be old; `errors` has the code by task. The ages are since the newest ledger closed and since each task made progress; null if there is none, or if Postgres is away.',
  });

export const liveness = z.object({ status: z.literal('live') }).meta({ id: 'Liveness' });
export const startup = z.object({ status: z.enum(['started', 'starting']) }).meta({ id: 'Startup' });

export type Readiness = z.infer<typeof readiness>;
