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
      'The ledgers that this answer is made from, both ends included, except those in `gaps`. `cursor` is the place in the event log from which events continue this answer: none is missing, and none is in it already. All pages of a list have the cursor of the first one.',
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
    'The time that this answer covers: from the beginning of a bucket of five minutes (inclusive) to the close of the last ledger.',
});

const share = z.number().min(0).max(1);

/** A share of `sample` attempts with its Wilson 95 % interval. */
export const rate = z.object({ rate: share.nullable(), sample: count, lower: share, upper: share }).meta({
  id: 'Rate',
  description:
    'A share of `sample` attempts with the bounds of its Wilson 95 % interval. Without attempts `rate` is null and the bounds are 0 and 1.',
});

export type AsOf = z.infer<typeof asOf>;
export type Rate = z.infer<typeof rate>;
