import { z } from 'zod';
import { memo } from '../payment.ts';
import { account, amount, hash, ledgerSequence, operationId, time, uint64 } from '../scalars.ts';
import { asOf } from './answer.ts';
import { claimableBalance } from './claimable-balances.ts';
import { clawback } from './clawbacks.ts';
import { contractTransfer } from './contract-transfers.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { checkMemo, memoParameters } from './memo-parameters.ts';
import { operationList } from './operation-list.ts';
import { accountParameter, resultParameter, transactionHashParameter } from './parameters.ts';
import { payment } from './payments.ts';
import { poolOperation } from './pool-operations.ts';
import { trade } from './trades.ts';
import { trustlineOperation } from './trustline-operations.ts';

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
    'A transaction. `tx_hash` is the hash in the ledger: the outer hash of a fee bump, whose inner hash is `inner_hash`. `index` is its place in the order in which the ledger applied its transactions, `id` that among all transactions (SEP-35, with operation 0). `result` and, of a fee bump, `inner_result` are codes of the protocol. `operation_count` is the number of its operations, whatever they are.',
});

export const transactionsQuery = z
  .strictObject({
    account: accountParameter('The source, or who pays the fee.').optional(),
    result: resultParameter.optional().meta({
      description:
        '`succeeded`, `failed`, or a code of transactions, e.g. `txBAD_SEQ`; of a fee bump, the outer or the inner one. The code of an operation, e.g. `PAYMENT_LINE_FULL`, finds none here.',
    }),
    ...memoParameters,
    ...historyParameters,
  })
  .superRefine(checkHistory)
  .superRefine(checkMemo);

export const transactionList = operationList(transaction, 'TransactionList', 'Transactions');

export const transactionParameters = z.strictObject({
  tx_hash: transactionHashParameter.meta({
    type: 'string',
    description: 'The hash of the transaction; of a fee bump, the outer or the inner hash.',
    example: '3389e9f0f1a65f19736cacf544c2e825313e8447f569233bb8db39aa607c8889',
  }),
});

/** Each list has this many rows at most. */
export const TRANSACTION_ROWS = 200;

const facts = {
  payments: z.array(payment),
  claimable_balances: z.array(claimableBalance),
  trades: z.array(trade),
  trustline_operations: z.array(trustlineOperation).nullable(),
  pool_operations: z.array(poolOperation).nullable(),
  clawbacks: z.array(clawback).nullable(),
  contract_transfers: z.array(contractTransfer).nullable(),
};

export const transactionDetail = z
  .object({
    data: z.object({
      ...transactionFields,
      ...facts,
      truncated: z.array(z.enum(Object.keys(facts) as [keyof typeof facts])),
    }),
    as_of: asOf,
  })
  .meta({
    id: 'TransactionDetail',
    description: `A transaction with everything that is recorded of its operations, in their order: each list as its route answers it, with ${TRANSACTION_ROWS} rows at most. \`truncated\` names the lists that have more rows: read them with \`tx_hash\` at their routes. A list is null if the ledger was stored by a build that did not record it.`,
  });

export type TransactionList = z.infer<typeof transactionList>;
export type TransactionsQuery = z.infer<typeof transactionsQuery>;
export type TransactionDetail = z.infer<typeof transactionDetail>;
export type Transaction = z.infer<typeof transaction>;
