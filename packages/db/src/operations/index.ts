export { listClaimableBalances, type ClaimableBalanceFilter } from './claimable-balances.ts';
export { listClawbacks, type ClawbackFilter } from './clawbacks.ts';
export {
  listContractTransfers,
  type AddressParty,
  type ContractTransferFilter,
} from './contract-transfers.ts';
export { listPoolOperations, type PoolOperationFilter } from './pool-operations.ts';
export { listTrades, type TradeFilter } from './trades.ts';
export { listTrustlineOperations, type TrustlineOperationFilter } from './trustline-operations.ts';
