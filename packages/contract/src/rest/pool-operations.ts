import { z } from 'zod';
import { failure, operationPlace } from '../payment.ts';
import { poolId } from '../pool.ts';
import { account, amount, hash, uint64, unknownAmount } from '../scalars.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { recordedList } from './operation-list.ts';
import { accountParameter, resultParameter, transactionHashParameter } from './parameters.ts';

const type = z.enum(['liquidity_pool_deposit', 'liquidity_pool_withdraw']);

export const poolOperation = z
  .object({
    ...operationPlace,
    type,
    account,
    account_muxed_id: uint64.nullable(),
    pool_id: hash,
    ...unknownAmount('shares'),
    ...amount('limit_a'),
    ...amount('limit_b'),
    succeeded: z.boolean(),
    failure: failure.nullable(),
  })
  .meta({
    id: 'PoolOperation',
    description:
      'A deposit into a liquidity pool, or a withdrawal. `limit_a` and `limit_b` are the most that a deposit pays, and the least that a withdrawal accepts, of the two assets of the pool. `shares` is what a withdrawal gives back, null for a deposit. What really moved is in bytes that no hash covers, and is not stored.',
  });

export const poolOperationsQuery = z
  .strictObject({
    account: accountParameter('Who deposits or withdraws.').optional(),
    pool_id: poolId.optional(),
    type: type.optional().meta({ description: 'Only deposits, or only withdrawals.' }),
    result: resultParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory);

export const poolOperationList = recordedList(
  poolOperation,
  'PoolOperationList',
  'Deposits into liquidity pools and withdrawals',
);

export type PoolOperationList = z.infer<typeof poolOperationList>;
export type PoolOperationsQuery = z.infer<typeof poolOperationsQuery>;
export type PoolOperation = z.infer<typeof poolOperation>;
