export {
  ANCHOR_COLUMNS,
  ANCHOR_INCIDENT_COLUMNS,
  ANCHOR_SNAPSHOT_COLUMNS,
  renderAnchor,
  renderAnchorDetail,
  renderAnchorIncident,
  renderAnchorSnapshot,
  renderAnchorWindows,
} from './anchor.ts';
export { anchorEvent, type AnchorEvent } from './anchor-events.ts';
export { renderApiKey } from './api-key.ts';
export { renderBackfill } from './backfill.ts';
export {
  ASSET_COLUMNS,
  ASSET_DAY_COLUMNS,
  renderAsset,
  renderAssetDay,
  renderTrustlineStats,
} from './asset.ts';
export {
  CORRIDOR_COLUMNS,
  CORRIDOR_POINT_COLUMNS,
  renderCorridor,
  renderCounts,
  renderSizeClasses,
  selectCounts,
} from './corridor.ts';
export { CLAIMABLE_BALANCE_COLUMNS, renderClaimableBalance } from './claimable-balance.ts';
export { CLAWBACK_COLUMNS, renderClawback } from './clawback.ts';
export { CONTRACT_TRANSFER_COLUMNS, renderContractTransfer } from './contract-transfer.ts';
export { corridorEvents, renderHealth, type CorridorEvent } from './corridor-events.ts';
export { corridorTable, type TableCorridor } from './corridor-table.ts';
export { csv, type Columns } from './csv.ts';
export { ledgerEvents } from './events.ts';
export { FAILURE_REASON_COLUMNS, renderCorridorFailures, renderFailureReason } from './failure.ts';
export { LEDGER_COLUMNS, renderLedger } from './ledger.ts';
export type { FactInLedger } from './operation.ts';
export { PAYMENT_COLUMNS, renderPayment } from './payment.ts';
export {
  POOL_COLUMNS,
  POOL_SNAPSHOT_COLUMNS,
  renderAssetValue,
  renderPool,
  renderPoolSnapshot,
  renderPoolStats,
  renderPoolWindows,
} from './pool.ts';
export { POOL_OPERATION_COLUMNS, renderPoolOperation } from './pool-operation.ts';
export { poolEvents, type LiquidityDrop, type PoolEvent } from './pool-events.ts';
export { renderTrade, TRADE_COLUMNS } from './trade.ts';
export { renderTransaction, TRANSACTION_COLUMNS } from './transaction.ts';
export { renderTrustlineOperation, TRUSTLINE_OPERATION_COLUMNS } from './trustline-operation.ts';
export { isoTime, wholeSeconds } from './values.ts';
