import { z } from 'zod';
import { failure, operationPlace } from '../payment.ts';
import { account, amount, hash, uint64, unknownAmount } from '../scalars.ts';

const poolOperation = z
  .object({
    ...operationPlace,
    type: z.enum(['liquidity_pool_deposit', 'liquidity_pool_withdraw']),
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

export type PoolOperation = z.infer<typeof poolOperation>;
