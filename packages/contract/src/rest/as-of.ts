import { z } from 'zod';
import { ledgerSequence } from '../events/fields.ts';

const ledgerGap = z.object({ from: ledgerSequence, to: ledgerSequence }).meta({
  id: 'LedgerGap',
  description: 'Ledgers that are not stored, first and last, though some before and some after them are.',
});

/** Which ledgers an answer speaks of. */
export const asOf = z
  .object({ from_ledger: ledgerSequence, to_ledger: ledgerSequence, gaps: z.array(ledgerGap) })
  .meta({
    id: 'AsOf',
    description: 'The ledgers this answer is made from, both ends included; `gaps` are missing in it.',
  });

export type AsOf = z.infer<typeof asOf>;
