import { z } from 'zod';
import { count, decimal, hash, ledgerSequence, stroops, time } from '../scalars.ts';
import { asOf, page } from './answer.ts';
import { ledgerParameter, streamedListParameters } from './parameters.ts';

const counts = z.object({ succeeded: count, failed: count });

const ledger = z
  .object({
    sequence: ledgerSequence,
    hash,
    previous_hash: hash,
    closed_at: time,
    protocol_version: z.int().nonnegative(),
    base_fee_stroops: stroops,
    base_reserve_stroops: stroops,
    total_coins: decimal,
    total_coins_stroops: stroops,
    fee_pool: decimal,
    fee_pool_stroops: stroops,
    transactions: counts.nullable(),
    /** The operations of all transactions, failed ones included. */
    operations: count.nullable(),
    /** Attempts: payments and path payments. */
    payments: counts.nullable(),
  })
  .meta({
    id: 'Ledger',
    description:
      'A ledger. `transactions`, `operations` and `payments` are null once retention has deleted the rows that they count.',
  });

export const ledgersQuery = z.strictObject(streamedListParameters);
export const ledgerParameters = z.strictObject({ sequence: ledgerParameter });

export const ledgerList = z
  .object({ data: z.array(ledger), page, as_of: asOf })
  .meta({ id: 'LedgerList', description: 'Ledgers, newest first.' });
export const ledgerDetail = z
  .object({ data: ledger, as_of: asOf })
  .meta({ id: 'LedgerDetail', description: 'One ledger.' });

export type Ledger = z.infer<typeof ledger>;
export type LedgerList = z.infer<typeof ledgerList>;
export type LedgersQuery = z.infer<typeof ledgersQuery>;
export type LedgerDetail = z.infer<typeof ledgerDetail>;
