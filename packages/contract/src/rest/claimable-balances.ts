import { z } from 'zod';
import { failure, memo, operationPlace } from '../payment.ts';
import { account, asset, hash, uint64, unknownAmount } from '../scalars.ts';

const claimableBalance = z
  .object({
    ...operationPlace,
    memo,
    type: z.enum(['create_claimable_balance', 'claim_claimable_balance']),
    account,
    account_muxed_id: uint64.nullable(),
    balance_id: hash.nullable(),
    asset: asset.nullable(),
    ...unknownAmount('amount'),
    claimants: z.array(account),
    succeeded: z.boolean(),
    failure: failure.nullable(),
  })
  .meta({
    id: 'ClaimableBalanceOperation',
    description:
      'One half of a payment in two steps: `account` created the balance, or claimed it. `balance_id` joins the two halves; it is null if the creation failed. Only the creation has `asset`, `amount` and `claimants`: a claim names the balance alone.',
  });

export type ClaimableBalanceOperation = z.infer<typeof claimableBalance>;
