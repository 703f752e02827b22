import { z } from 'zod';
import { count, hash, ledgerSequence, time } from './fields.ts';

/** A ledger has been stored. It comes before the payments of that ledger. */
export const ledgerClosed = z.object({
  event: z.literal('ledger.closed'),
  channels: z.array(z.string()),
  data: z.object({
    sequence: ledgerSequence,
    hash,
    previous_hash: hash,
    closed_at: time,
    protocol_version: z.int().nonnegative(),
    transactions: z.object({ succeeded: count, failed: count }),
    /** Of all transactions, failed ones too. */
    operations: count,
    /** Attempts: payments and path payments. */
    payments: z.object({ succeeded: count, failed: count }),
  }),
});

export type LedgerClosed = z.infer<typeof ledgerClosed>;
