import { z } from 'zod';
import { failure, operationPlace } from '../payment.ts';
import { poolId } from '../pool.ts';
import { account, asset, hash, uint32, uint64, unknownAmount } from '../scalars.ts';
import { refuseBeside } from './conflicts.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { recordedList } from './operation-list.ts';
import { accountParameter, assetParameter, resultParameter, transactionHashParameter } from './parameters.ts';

const type = z.enum(['change_trust', 'allow_trust', 'set_trust_line_flags']);

export const trustlineOperation = z
  .object({
    ...operationPlace,
    type,
    account,
    account_muxed_id: uint64.nullable(),
    trustor: account,
    asset: asset.nullable(),
    pool_id: hash.nullable(),
    pool_asset_a: asset.nullable(),
    pool_asset_b: asset.nullable(),
    ...unknownAmount('limit'),
    set_flags: uint32.nullable(),
    clear_flags: uint32.nullable(),
    succeeded: z.boolean(),
    failure: failure.nullable(),
  })
  .meta({
    id: 'TrustlineOperation',
    description:
      'A holder opened, changed or ended its trustline (`change_trust`; `limit` 0 ends it), or an issuer said what a holder may do with it. `trustor` is the holder, `account` who sent the operation. The line is for `asset`, or for shares of the pool `pool_id`. `set_flags` and `clear_flags` are sums of 1 (authorized), 2 (authorized to maintain liabilities) and 4 (clawback enabled); a failed operation may name others.',
  });

export const trustlineOperationsQuery = z
  .strictObject({
    account: accountParameter('Who sent the operation, or whose trustline it is.').optional(),
    asset: assetParameter.optional(),
    pool_id: poolId.optional(),
    type: type.optional().meta({ description: 'Only operations of this type.' }),
    result: resultParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory)
  .superRefine((query, refusals) => refuseBeside(query, refusals, 'pool_id', ['asset']));

export const trustlineOperationList = recordedList(
  trustlineOperation,
  'TrustlineOperationList',
  'Operations on trustlines',
);

export type TrustlineOperationList = z.infer<typeof trustlineOperationList>;
export type TrustlineOperationsQuery = z.infer<typeof trustlineOperationsQuery>;
export type TrustlineOperation = z.infer<typeof trustlineOperation>;
