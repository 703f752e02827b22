import { z } from 'zod';
import { time } from '../events/fields.ts';
import { asOf } from './as-of.ts';
import { outcomes, windowParameters, windowTaken } from './corridor.ts';
import { intervalParameter } from './duration.ts';
import { page, pagingParameters } from './paging.ts';

export const corridorHistoryQuery = z.strictObject({
  ...windowParameters,
  interval: intervalParameter,
  ...pagingParameters,
});

const corridorPoint = z.object({ from: time, to: time, ...outcomes }).meta({
  id: 'CorridorPoint',
  description: 'One interval, from (inclusive) to (exclusive); the last one is still open.',
});

/** Oldest first, intervals without attempts included. */
export const corridorHistory = z
  .object({ data: z.array(corridorPoint), page, window: windowTaken, as_of: asOf })
  .meta({ id: 'CorridorHistory' });

export type CorridorHistoryQuery = z.infer<typeof corridorHistoryQuery>;
export type CorridorPoint = z.infer<typeof corridorPoint>;
export type CorridorHistory = z.infer<typeof corridorHistory>;
