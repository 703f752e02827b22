import { z } from 'zod';
import { failure, memo, operationPlace } from '../payment.ts';
import { account, asset, hash, uint64, unknownAmount } from '../scalars.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { operationList } from './operation-list.ts';
import {
  accountIdParameter,
  accountParameter,
  assetParameter,
  balanceParameter,
  resultParameter,
  transactionHashParameter,
} from './parameters.ts';

const type = z.enum(['create_claimable_balance', 'claim_claimable_balance']);

export const claimableBalance = z
  .object({
    ...operationPlace,
    memo,
    type,
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

export const claimableBalancesQuery = z
  .strictObject({
    account: accountParameter('Who created or claimed.').optional(),
    claimant: accountIdParameter('Who may claim what is created.').optional(),
    asset: assetParameter.optional().meta({ description: 'Of creations: `native` or `CODE:ISSUER`.' }),
    balance_id: balanceParameter.optional(),
    type: type.optional().meta({ description: 'Only creations, or only claims.' }),
    result: resultParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory);

export const claimableBalanceList = operationList(
  claimableBalance,
  'ClaimableBalanceList',
  'Creations and claims of claimable balances',
);

export type ClaimableBalanceList = z.infer<typeof claimableBalanceList>;
export type ClaimableBalancesQuery = z.infer<typeof claimableBalancesQuery>;
export type ClaimableBalanceOperation = z.infer<typeof claimableBalance>;
