import { z } from 'zod';
import { corridorHealth, corridorNumbers, outcomes } from '../corridor.ts';
import { blame, count, time } from '../scalars.ts';
import { asOf, page, rate, timeWindow } from './answer.ts';
import { intervalParameter, windowParameter } from './duration.ts';
import { assetParameter, includeSelfParameter, listParameters } from './parameters.ts';

const windowParameters = { window: windowParameter, include_self: includeSelfParameter };

export const corridorParameters = z.strictObject({ source: assetParameter, dest: assetParameter });

export const corridorQuery = z.strictObject(windowParameters);

const corridor = z.object({ ...corridorNumbers, health: corridorHealth }).meta({
  id: 'Corridor',
  description:
    'A directed corridor and the outcomes of the attempts in it. `self` counts the payments of accounts to themselves; the other numbers include them only if `include_self` is true.',
});

export const corridorsQuery = z.strictObject({
  source_asset: assetParameter.optional(),
  dest_asset: assetParameter.optional(),
  ...windowParameters,
  sort: z
    .enum([
      '-attempted',
      'attempted',
      '-failed',
      'failed',
      '-success_rate',
      'success_rate',
      'corridor',
      '-corridor',
    ])
    .default('-attempted')
    .meta({
      description:
        'The order of the list; `-` means descending. `corridor` orders by source asset, then by destination asset.',
    }),
  ...listParameters,
});

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

export const corridorHistoryQuery = z.strictObject({
  ...windowParameters,
  interval: intervalParameter,
  ...listParameters,
});

const corridorPoint = z.object({ from: time, to: time, ...outcomes }).meta({
  id: 'CorridorPoint',
  description: 'One interval, from (inclusive) to (exclusive). The last interval has not ended yet.',
});

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
