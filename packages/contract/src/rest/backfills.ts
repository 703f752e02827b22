import { z } from 'zod';
import { formatPublicId, publicId } from '../public-id.ts';
import { count, ledgerSequence, time } from '../scalars.ts';
import { page } from './answer.ts';
import { pagingParameters } from './parameters.ts';

const BACKFILL = 'bf';
const backfillId = publicId(BACKFILL, 'The id of a backfill.');

/** `bf_` and the digits of the uuid. */
export function formatBackfillId(uuid: string): string {
  return formatPublicId(BACKFILL, uuid);
}

const backfill = z
  .object({
    id: backfillId,
    from: ledgerSequence,
    to: ledgerSequence,
    state: z.enum(['running', 'done', 'cancelled']),
    requested_at: time,
    ended_at: time.nullable(),
    ledgers: count.meta({ description: 'Of the range, those that were missing when it was asked for.' }),
    loaded_ledgers: count.meta({ description: 'Those of them that are read and stored.' }),
    visible_ledgers: count.meta({
      description:
        'Those of them that answers are made from: whole partitions of ledgers become visible together.',
    }),
    loaded_transactions: count,
    ledgers_per_second: z.number().nonnegative().nullable().meta({
      description: 'How fast ledgers were loaded within about the last minute; null if none was.',
    }),
    seconds_left: count
      .nullable()
      .meta({ description: 'Until all are loaded, at that rate; null if it is not known.' }),
    error: z.object({ code: z.string(), message: z.string(), at: time }).nullable().meta({
      description: 'What failed last and has not succeeded since. Workers try it again every few seconds.',
    }),
  })
  .meta({
    id: 'Backfill',
    description:
      'Ledgers before the tip that workers with the role `backfill` load. It makes no events. Ledgers that are stored already are left out.',
  });

export const backfillAnswer = z.object({ data: backfill });
export const backfillList = z.object({ data: z.array(backfill), page });

export const newBackfill = z
  .strictObject({
    from: ledgerSequence.meta({ description: 'The first ledger.' }),
    to: ledgerSequence.meta({ description: 'The last ledger.' }),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'expected `from` or a later ledger' });

export const backfillParameters = z.strictObject({ backfill_id: backfillId });
export const backfillsQuery = z.strictObject(pagingParameters);

export type Backfill = z.infer<typeof backfill>;
export type BackfillAnswer = z.infer<typeof backfillAnswer>;
export type BackfillList = z.infer<typeof backfillList>;
export type BackfillsQuery = z.infer<typeof backfillsQuery>;
