import { z } from 'zod';
import { failure, memo, operationPlace } from '../payment.ts';
import { account, asset, hash, uint64, unknownAmount } from '../scalars.ts';
import { refuseBeside } from './conflicts.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { recordedList } from './operation-list.ts';
import {
  accountParameter,
  assetParameter,
  balanceParameter,
  resultParameter,
  transactionHashParameter,
} from './parameters.ts';

const type = z.enum(['clawback', 'clawback_claimable_balance']);

export const clawback = z
  .object({
    ...operationPlace,
    memo,
    type,
    account,
    account_muxed_id: uint64.nullable(),
    from: account.nullable(),
    from_muxed_id: uint64.nullable(),
    asset: asset.nullable(),
    ...unknownAmount('amount'),
    balance_id: hash.nullable(),
    succeeded: z.boolean(),
    failure: failure.nullable(),
  })
  .meta({
    id: 'Clawback',
    description:
      'An issuer, `account`, took back what it had issued, or tried to: `amount` of `asset` that the account `from` held, or the claimable balance `balance_id`, whose asset and amount its creation has.',
  });

export const clawbacksQuery = z
  .strictObject({
    account: accountParameter('Who takes back, or whose trustline it is taken from.').optional(),
    from_account: accountParameter('Whose trustline it is taken from.').optional(),
    asset: assetParameter.optional(),
    balance_id: balanceParameter.optional(),
    type: type.optional().meta({ description: 'From trustlines, or of claimable balances.' }),
    result: resultParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory)
  .superRefine((query, refusals) => refuseBeside(query, refusals, 'balance_id', ['asset', 'from_account']));

export const clawbackList = recordedList(clawback, 'ClawbackList', 'Clawbacks');

export type ClawbackList = z.infer<typeof clawbackList>;
export type ClawbacksQuery = z.infer<typeof clawbacksQuery>;
export type Clawback = z.infer<typeof clawback>;
