import { z } from 'zod';
import { count } from '../events/fields.ts';

const share = z.number().min(0).max(1);

/** A share of `sample` attempts with its Wilson 95 % interval. */
export const rate = z.object({ rate: share.nullable(), sample: count, lower: share, upper: share }).meta({
  id: 'Rate',
  description:
    'A share of `sample` attempts with the bounds of its Wilson 95 % interval. Without attempts `rate` is null and the bounds are 0 and 1.',
});

export type Rate = z.infer<typeof rate>;
