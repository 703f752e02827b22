import { z } from 'zod';
import { corridorHealth, corridorNumbers, outcomes } from '../corridor.ts';
import { blame, count, time } from '../scalars.ts';
import { asOf, isComplete, page, rate, timeWindow } from './answer.ts';
import { checkTime, intervalParameter, timeParameters } from './duration.ts';
import { assetParameter, includeSelfParameter, listParameters } from './parameters.ts';

const windowParameters = { ...timeParameters, include_self: includeSelfParameter };

export const corridorParameters = z.strictObject({ source: assetParameter, dest: assetParameter });

export const corridorQuery = z.strictObject(windowParameters).superRefine(checkTime);

const corridor = z.object({ ...corridorNumbers, health: corridorHealth }).meta({
  id: 'Corridor',
  description:
    'A directed corridor and the outcomes of the attempts in it: payments and path payments. `create_account` and `account_merge` are in the list of payments, and in no corridor. `self` counts the payments of accounts to themselves; the other numbers include them only if `include_self` is true.',
});

const ORDERS = (
  ['attempted', 'failed', 'success_rate', 'lower_bound', 'delivered', 'corridor'] as const
).flatMap((by) => [`-${by}`, by] as const);

export const corridorsQuery = z
  .strictObject({
    source_asset: assetParameter.optional(),
    dest_asset: assetParameter.optional(),
    ...windowParameters,
    min_attempts: z
      .string()
      .regex(/^[1-9][0-9]{0,8}$/, 'expected a whole number, 1 to 999999999')
      .transform(Number)
      .prefault('1')
      .meta({
        type: 'integer',
        minimum: 1,
        maximum: 999_999_999,
        default: 1,
        pattern: undefined,
        description:
          'Only corridors with at least so many attempts in the window; those of accounts to themselves count if `include_self` is true.',
      }),
    sort: z.enum(ORDERS).default('-attempted').meta({
      description:
        'The order of the list; `-` means descending. `lower_bound` is that of `success_rate`: two successes in two attempts come far behind 990 in 1,000. `delivered` compares stroops, which means something among corridors to one asset only: add `dest_asset`. `corridor` orders by source asset, then by destination asset.',
    }),
    ...listParameters,
  })
  .superRefine(checkTime);

export const corridorList = z
  .object({ data: z.array(corridor), page, window: timeWindow, as_of: asOf })
  .meta({ id: 'CorridorList', description: 'Corridors with the outcomes of a window.' });

export const corridorDetail = z
  .object({
    data: corridor.extend({
      size_classes: z.array(
        z.object({
          /** The side whose amount the sender fixed; the class is of that amount. */
          side: z.enum(['source', 'dest']),
          size_class: z.int().min(-1).max(18),
          attempted: count,
          succeeded: count,
          success_rate: rate,
        }),
      ),
    }),
    window: timeWindow,
    as_of: asOf,
  })
  .meta({
    id: 'CorridorDetail',
    description:
      'A size class is floor(log10) of the amount in stroops on the side that the sender fixed; -1 for an amount of zero or less.',
  });

export const corridorHistoryQuery = z
  .strictObject({ ...windowParameters, interval: intervalParameter, ...listParameters })
  .superRefine(checkTime);

const corridorPoint = z
  .object({ from: time, to: time, is_complete: isComplete, ...outcomes })
  .meta({ id: 'CorridorPoint', description: 'One interval, from (inclusive) to (exclusive).' });

export const corridorHistory = z
  .object({ data: z.array(corridorPoint), page, window: timeWindow, as_of: asOf })
  .meta({
    id: 'CorridorHistory',
    description:
      'The outcomes in a corridor over a window, oldest first, including intervals without attempts.',
  });

export const corridorFailures = z
  .object({
    data: z.object({
      attempted: count,
      failed: count,
      by_reason: z.array(z.object({ reason: z.string(), blame, count, rate })),
      by_blame: z.array(z.object({ blame, count, rate })),
    }),
    window: timeWindow,
    as_of: asOf,
  })
  .meta({
    id: 'CorridorFailures',
    description:
      'Why attempts failed, the most frequent reason first. `rate` is the share of all attempts. One reason can have several blames: a payment that was rolled back (txFAILED) has the blame of its cause.',
  });

export type Corridor = z.infer<typeof corridor>;
export type CorridorList = z.infer<typeof corridorList>;
export type CorridorDetail = z.infer<typeof corridorDetail>;
export type CorridorsQuery = z.infer<typeof corridorsQuery>;
export type CorridorHistoryQuery = z.infer<typeof corridorHistoryQuery>;
export type CorridorPoint = z.infer<typeof corridorPoint>;
export type CorridorHistory = z.infer<typeof corridorHistory>;
export type CorridorFailures = z.infer<typeof corridorFailures>;
