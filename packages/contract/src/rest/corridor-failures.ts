import { z } from 'zod';
import { count } from '../events/fields.ts';
import { asOf } from './as-of.ts';
import { blame } from './blame.ts';
import { windowTaken } from './corridor.ts';
import { rate } from './success-rate.ts';

export const corridorFailures = z
  .object({
    data: z.object({
      attempted: count,
      failed: count,
      by_reason: z.array(z.object({ reason: z.string(), blame, count, rate })),
      by_blame: z.array(z.object({ blame, count, rate })),
    }),
    window: windowTaken,
    as_of: asOf,
  })
  .meta({
    id: 'CorridorFailures',
    description:
      'Why attempts failed, most frequent first. `rate` is the share of all attempts. A reason may come with several blames: what was rolled back (txFAILED) takes that of its cause.',
  });

export type CorridorFailures = z.infer<typeof corridorFailures>;
