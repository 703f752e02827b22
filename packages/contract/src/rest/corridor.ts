import { z } from 'zod';
import { asset, count, stroops, time } from '../events/fields.ts';
import { decimal } from './amounts.ts';
import { asOf } from './as-of.ts';
import { windowParameter } from './duration.ts';
import { page, pagingParameters } from './paging.ts';
import { assetParameter, includeSelfParameter } from './parameters.ts';
import { rate } from './success-rate.ts';

/** What became of a number of attempts. */
export const outcomes = {
  attempted: count,
  succeeded: count,
  failed: count,
  success_rate: rate,
  /** Of the destination asset. */
  delivered: decimal,
  delivered_stroops: stroops,
};

export const corridorParameters = z.strictObject({ source: assetParameter, dest: assetParameter });

export const windowParameters = { window: windowParameter, include_self: includeSelfParameter };

/** The window as it was taken: from the beginning of the first five minutes to the close of the last ledger. */
export const windowTaken = z.object({ from: time, to: time }).meta({
  id: 'Window',
  description: 'From (inclusive) the beginning of a span of five minutes to the close of the last ledger.',
});

export const corridor = z
  .object({
    source_asset: asset,
    dest_asset: asset,
    ...outcomes,
    self: z.object({ attempted: count, succeeded: count, delivered: decimal, delivered_stroops: stroops }),
  })
  .meta({
    id: 'Corridor',
    description:
      'A directed corridor and what became of the attempts in it. `self` counts the payments of accounts to themselves; they are in the other numbers only if `include_self` is true.',
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
      description: 'Order of the list, `-` for descending; `corridor` is by source and destination asset.',
    }),
  ...pagingParameters,
});

export const corridorList = z
  .object({ data: z.array(corridor), page, window: windowTaken, as_of: asOf })
  .meta({ id: 'CorridorList' });

export const corridorQuery = z.strictObject(windowParameters);

export const corridorDetail = z
  .object({
    data: corridor.extend({
      size_classes: z.array(
        z.object({
          /** The side whose amount the sender fixed, of which the class is. */
          side: z.enum(['source', 'dest']),
          size_class: z.int().min(-1).max(18),
          attempted: count,
          succeeded: count,
          success_rate: rate,
        }),
      ),
    }),
    window: windowTaken,
    as_of: asOf,
  })
  .meta({
    id: 'CorridorDetail',
    description:
      'A size class is floor(log10) of the stroops of the side that the sender fixed; -1 for none.',
  });

export type Corridor = z.infer<typeof corridor>;
export type CorridorList = z.infer<typeof corridorList>;
export type CorridorDetail = z.infer<typeof corridorDetail>;
export type CorridorsQuery = z.infer<typeof corridorsQuery>;
