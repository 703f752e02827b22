import { z } from 'zod';
import { logCursor } from '../events/log-cursor.ts';
import { count, ledgerSequence, time } from '../scalars.ts';

/* What answers have in common. */

const ledgerGap = z.object({ from: ledgerSequence, to: ledgerSequence }).meta({
  id: 'LedgerGap',
  description:
    'The first and the last ledger of a gap: ledgers before and after it are stored, its own are not.',
});

/** What an answer is made from. */
export const asOf = z
  .object({
    from_ledger: ledgerSequence,
    to_ledger: ledgerSequence,
    gaps: z.array(ledgerGap),
    cursor: logCursor,
  })
  .meta({
    id: 'AsOf',
    description:
      'The ledgers that this answer is made from, both ends included, except those in `gaps`. `cursor` is the place in the event log from which events continue this answer: none is missing, and none is in it already. All pages of a list have the cursor of the first one, except with `order=asc`: what is stored meanwhile is on later pages, so events continue the last page.',
  });

/** `next_cursor` is null on the last page. */
export const page = z.object({ next_cursor: z.string().nullable() }).meta({
  id: 'Page',
  description: 'Pass `next_cursor` as `cursor` to get the next page. It is null on the last page.',
});

/** The window that an answer covers, with its beginning rounded down. */
export const timeWindow = z.object({ from: time, to: time }).meta({
  id: 'Window',
  description:
    'The time that this answer covers, from the beginning of a bucket of five minutes (inclusive): to the close of the last ledger, or, if a range was asked for that is over, to the end of a bucket (exclusive).',
});

/** Of a point of a history. */
export const isComplete = z.boolean().meta({
  description:
    'Whether the time that the point stands for is over, so that its figures stay. The newest one is not complete: more may come to it, or it holds until the next one.',
});

/** The windows of the counts of an answer. */
export const windows = z
  .object({ '24h': timeWindow, '7d': timeWindow })
  .meta({ id: 'Windows', description: 'The windows of `last_24h` and `last_7d`.' });

/** The place of a row in a ranking. */
export const rank = z.int().positive();

/** `nullable()` of a schema with an id would make whatever has this id nullable in the OpenAPI document. */
export function orNull<Schema extends z.ZodType>(schema: Schema) {
  return z.union([schema, z.null()]);
}

const stateReading = z
  .object({
    source: z.enum(['horizon', 'rpc']),
    coverage: z.enum(['complete', 'seen']),
    read_at: time,
    from_ledger: ledgerSequence,
    to_ledger: ledgerSequence,
    is_stale: z.boolean(),
  })
  .meta({
    id: 'State',
    description:
      'The reading of the network that this answer shows: `read_at` is its beginning, `from_ledger` and `to_ledger` are the newest ledgers of the source when it began and ended. `coverage`: the source lists everything (`complete`), or what is shown is what the stored ledgers name (`seen`). `is_stale`: three intervals have passed without another reading, so the network may have moved on. It is null if the operator has set no source of state: then the answer has only what ledgers alone give.',
  });

/** Where the state of the network in an answer was read, and when. Null: this installation has no source of state. */
export const state = orNull(stateReading);

/** A quotient of two integers. */
export const ratio = z
  .object({
    value: z.number(),
    numerator: z.string().regex(/^(0|-?[1-9][0-9]*)$/),
    denominator: z.string().regex(/^[1-9][0-9]*$/),
  })
  .meta({
    id: 'Ratio',
    description:
      'A quotient with its exact parts, integers of any size: `value` is `numerator / denominator` as a double.',
  });

const share = z.number().min(0).max(1);

/** A share of `sample` attempts with its Wilson 95 % interval. */
export const rate = z.object({ rate: share.nullable(), sample: count, lower: share, upper: share }).meta({
  id: 'Rate',
  example: { rate: 0.975, sample: 1200, lower: 0.9645, upper: 0.9824 },
  description:
    'A share of `sample` attempts with the bounds of its Wilson 95 % interval. Without attempts `rate` is null and the bounds are 0 and 1.',
});

export type AsOf = z.infer<typeof asOf>;
export type State = z.infer<typeof state>;
export type Ratio = z.infer<typeof ratio>;
export type Rate = z.infer<typeof rate>;
