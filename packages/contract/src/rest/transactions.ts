import { z } from 'zod';
import { memo } from '../payment.ts';
import { account, amount, hash, ledgerSequence, operationId, time, uint64 } from '../scalars.ts';

const transactionFields = {
  id: operationId,
  tx_hash: hash,
  inner_hash: hash.nullable(),
  ledger: ledgerSequence,
  closed_at: time,
  index: z.int().positive(),
  source: account,
  source_muxed_id: uint64.nullable(),
  fee_source: account,
  fee_source_muxed_id: uint64.nullable(),
  ...amount('fee_charged'),
  succeeded: z.boolean(),
  result: z.string(),
  inner_result: z.string().nullable(),
  operation_count: z.int().nonnegative(),
  memo,
};

const transaction = z.object(transactionFields).meta({
  id: 'Transaction',
  description:
    'A transaction. `tx_hash` is the hash in the ledger: the outer hash of a fee bump, whose inner hash is `inner_hash`. `index` is its place in the order in which the ledger applied its transactions, `id` that of all ledgers (SEP-35, with operation 0). `operation_count` is the number of all operations, whatever they are.',
});

export type Transaction = z.infer<typeof transaction>;
