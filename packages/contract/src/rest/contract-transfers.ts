import { z } from 'zod';
import { failure, memo, operationPlace } from '../payment.ts';
import { address, amount, asset, contract, partId, uint64 } from '../scalars.ts';
import { checkHistory, historyParameters } from './history-parameters.ts';
import { recordedList } from './operation-list.ts';
import {
  addressParameter,
  assetParameter,
  contractParameter,
  operationParameter,
  resultParameter,
  transactionHashParameter,
} from './parameters.ts';

const type = z.enum(['transfer', 'mint', 'burn', 'clawback']);

export const contractTransfer = z
  .object({
    id: partId,
    ...operationPlace,
    memo,
    type,
    contract,
    asset,
    from: address.nullable(),
    to: address.nullable(),
    to_muxed_id: uint64.nullable(),
    ...amount('amount'),
    is_hashed: z.boolean(),
    succeeded: z.boolean(),
    failure: failure.nullable(),
  })
  .meta({
    id: 'ContractTransfer',
    description:
      'A Stellar Asset Contract moved `asset`, or should have: `contract` is the contract that stands for it. `from` is null for a mint, `to` for a burn and a clawback. `is_hashed`: whether a hash of the ledger covers what is said here; what is not covered is what the source of the ledger reports. A failed call has what it was asked for. These transfers are in no corridor.',
  });

export const contractTransfersQuery = z
  .strictObject({
    account: addressParameter('The sender or the receiver.').optional(),
    from_account: addressParameter('The sender.').optional(),
    to_account: addressParameter('The receiver.').optional(),
    asset: assetParameter.optional(),
    contract: contractParameter.optional(),
    type: type.optional().meta({ description: 'What the contract calls it.' }),
    result: resultParameter.optional(),
    op_id: operationParameter.optional(),
    tx_hash: transactionHashParameter.optional(),
    ...historyParameters,
  })
  .superRefine(checkHistory);

export const contractTransferList = recordedList(
  contractTransfer,
  'ContractTransferList',
  'Transfers of Stellar Asset Contracts',
);

export type ContractTransferList = z.infer<typeof contractTransferList>;
export type ContractTransfersQuery = z.infer<typeof contractTransfersQuery>;
export type ContractTransfer = z.infer<typeof contractTransfer>;
