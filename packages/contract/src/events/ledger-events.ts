import { z } from 'zod';
import { count, hash, ledgerSequence, time } from '../scalars.ts';
import { LEDGERS } from './channels.ts';
import { defineEvent } from './define-event.ts';

const outcomes = z.object({ succeeded: count, failed: count });

export const ledgerClosed = defineEvent(
  'ledger.closed',
  'A ledger was stored. The event precedes the payments of that ledger.',
  z.object({
    sequence: ledgerSequence,
    hash,
    previous_hash: hash,
    closed_at: time,
    protocol_version: z.int().nonnegative(),
    transactions: outcomes,
    /** The operations of all transactions, failed ones included. */
    operations: count,
    /** Attempts: payments and path payments. */
    payments: outcomes,
  }),
  () => [LEDGERS],
);
