import { z } from 'zod';
import { ledgerSequence } from '../scalars.ts';
import { asOf, page } from './answer.ts';

/* A list of what is recorded of operations. */

const bounded = (what: string) =>
  `${what}. One request looks at a bounded number of rows and of ledgers. If those that fit are few or lie far apart, \`data\` can have fewer than \`limit\`, or none, although others follow: go on while \`next_cursor\` is not null.`;

export function operationList<Row extends z.ZodType>(row: Row, id: string, what: string) {
  return z.object({ data: z.array(row), page, as_of: asOf }).meta({ id, description: bounded(what) });
}

const asOfRecorded = asOf.extend({ facts_from_ledger: ledgerSequence }).meta({
  id: 'AsOfRecorded',
  description:
    'As `AsOf`, of what the software has not always recorded: of all stored ledgers from `facts_from_ledger` on it is complete; of older ones rows may be missing.',
});

/** As `operationList`, of a kind of operation that is not recorded of ledgers that an older build has stored. */
export function recordedList<Row extends z.ZodType>(row: Row, id: string, what: string) {
  return z.object({ data: z.array(row), page, as_of: asOfRecorded }).meta({ id, description: bounded(what) });
}
