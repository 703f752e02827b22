import { z } from 'zod';
import { rate } from './rest/answer.ts';
import { asset, blame, count, decimal, stroops, time } from './scalars.ts';

/* The fields of a corridor that REST and events share. */

/** The outcomes of a number of attempts. */
export const outcomes = {
  attempted: count,
  succeeded: count,
  failed: count,
  success_rate: rate,
  /** In the destination asset. */
  delivered: decimal,
  delivered_stroops: stroops,
};

/** The two assets of a directed corridor. */
export const corridorAssets = { source_asset: asset, dest_asset: asset };

/** A corridor's numbers. `self` counts the payments of accounts to themselves. */
export const corridorNumbers = {
  ...corridorAssets,
  ...outcomes,
  self: z.object({ attempted: count, succeeded: count, delivered: decimal, delivered_stroops: stroops }),
};

/** The most frequent reason of the failures in a window. */
export const mainReason = z.object({ reason: z.string(), blame });

export const corridorHealth = z
  .object({
    status: z.enum(['healthy', 'degraded', 'unknown']),
    since: time.nullable(),
    main_reason: mainReason.nullable(),
  })
  .meta({
    id: 'CorridorHealth',
    description:
      'The health at the last computation of the metrics, from the attempts of 24 hours without self-payments. `degraded`: the upper bound of the success rate fell below a threshold, and the lower bound has not risen above it since; `main_reason` is the most frequent reason of failures when that began. `unknown`: fewer attempts than the minimum, or not computed yet; then `since` is null.',
  });
