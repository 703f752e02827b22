import { contractTransferList, contractTransfersQuery } from '@stellar-insights/contract';
import { listContractTransfers } from '@stellar-insights/db/operations';
import type { Address, AssetId, ContractId, Hash } from '@stellar-insights/ledger';
import { CONTRACT_TRANSFER_COLUMNS, renderContractTransfer } from '@stellar-insights/wire';
import { addressOf, resultFilterOf } from '../../answers/filters.ts';
import { operationListRoute } from './operation-list.ts';

export const contractTransferListRoute = operationListRoute({
  path: '/contract-transfers',
  operationId: 'listContractTransfers',
  summary: 'What Stellar Asset Contracts moved',
  description:
    'Transfers, mints, burns and clawbacks of assets by their own contracts, also within calls of other contracts, newest first if `order` is not set. Of a failed call it is what the call asked for. The filters are combined: a transfer has to fit all of them.',
  tag: 'contract-transfers',
  query: contractTransfersQuery,
  answer: contractTransferList,
  columns: CONTRACT_TRANSFER_COLUMNS,
  recorded: 'contract_transfers',
  read: (tx, query, page) =>
    listContractTransfers(
      tx,
      {
        account: addressOf(query.account),
        // Only a failed call names `M…` as its sender, and it is recorded so.
        fromAccount:
          query.from_account === undefined ? undefined : { address: query.from_account as Address },
        toAccount: addressOf(query.to_account),
        contract: query.contract as ContractId | undefined,
        asset: query.asset as AssetId | undefined,
        type: query.type,
        ...resultFilterOf(query.result),
        transactionHash: query.tx_hash as Hash | undefined,
      },
      page,
    ),
  render: renderContractTransfer,
});
