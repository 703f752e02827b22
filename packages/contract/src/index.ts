export {
  accountChannel,
  ALL,
  anchorChannel,
  ANCHORS,
  assetChannel,
  corridorChannel,
  CORRIDORS,
  followedChannels,
  LEDGERS,
  parseChannel,
  PAYMENTS,
  type Channel,
} from './events/channels.ts';
export { formatCursor, parseCursor, type EventCursor } from './events/cursor.ts';
export { channel } from './events/define-event.ts';
export { logCursor } from './events/log-cursor.ts';
export { logEvent, type LogEvent, type LoggedEvent, type LogEventOf } from './events/log-event.ts';
export { statePaths } from './events/state-paths.ts';
export type { Failure, PaymentMemo } from './payment.ts';

export {
  claimableBalanceList,
  claimableBalancesQuery,
  type ClaimableBalanceList,
  type ClaimableBalanceOperation,
  type ClaimableBalancesQuery,
} from './rest/claimable-balances.ts';
export {
  clawbackList,
  clawbacksQuery,
  type Clawback,
  type ClawbackList,
  type ClawbacksQuery,
} from './rest/clawbacks.ts';
export {
  contractTransferList,
  contractTransfersQuery,
  type ContractTransfer,
  type ContractTransferList,
  type ContractTransfersQuery,
} from './rest/contract-transfers.ts';
export {
  poolOperationList,
  poolOperationsQuery,
  type PoolOperation,
  type PoolOperationList,
  type PoolOperationsQuery,
} from './rest/pool-operations.ts';
export { tradeList, tradesQuery, type Trade, type TradeList, type TradesQuery } from './rest/trades.ts';
export {
  TRANSACTION_ROWS,
  transactionDetail,
  transactionList,
  transactionParameters,
  transactionsQuery,
  type Transaction,
  type TransactionDetail,
  type TransactionList,
  type TransactionsQuery,
} from './rest/transactions.ts';
export {
  trustlineOperationList,
  trustlineOperationsQuery,
  type TrustlineOperation,
  type TrustlineOperationList,
  type TrustlineOperationsQuery,
} from './rest/trustline-operations.ts';
export {
  anchorAnswer,
  anchorDetail,
  anchorHistory,
  anchorHistoryQuery,
  anchorIncidents,
  anchorIncidentsQuery,
  anchorList,
  anchorParameters,
  anchorsQuery,
  newAnchor,
  registrationList,
  registrationsQuery,
  type Anchor,
  type AnchorAnswer,
  type AnchorCounts,
  type AnchorDetail,
  type AnchorHistory,
  type AnchorIncident,
  type AnchorIncidents,
  type AnchorList,
  type AnchorsQuery,
  type RegistrationList,
} from './rest/anchors.ts';
export type { AsOf, Rate, Ratio, State } from './rest/answer.ts';
export {
  assetDetail,
  assetList,
  assetParameters,
  assetsQuery,
  trustlineHistory,
  trustlineHistoryQuery,
  trustlineRankings,
  trustlineRankingsQuery,
  trustlineStats,
  type Asset,
  type AssetDay,
  type AssetDetail,
  type AssetList,
  type AssetsQuery,
  type TrustlineHistory,
  type TrustlineHistoryQuery,
  type TrustlineRankings,
  type TrustlineRankingsQuery,
  type TrustlineStats,
} from './rest/assets.ts';
export { cacheStats, type CacheStats } from './rest/cache.ts';
export {
  failureReasonList,
  failureReasonsQuery,
  type FailureReason,
  type FailureReasonList,
} from './rest/failure-reasons.ts';
export {
  corridorDetail,
  corridorFailures,
  corridorHistory,
  corridorHistoryQuery,
  corridorList,
  corridorParameters,
  corridorQuery,
  corridorsQuery,
  type Corridor,
  type CorridorDetail,
  type CorridorFailures,
  type CorridorHistory,
  type CorridorHistoryQuery,
  type CorridorList,
  type CorridorPoint,
  type CorridorsQuery,
} from './rest/corridors.ts';
export {
  backfillAnswer,
  backfillList,
  backfillParameters,
  backfillsQuery,
  formatBackfillId,
  newBackfill,
  type Backfill,
  type BackfillAnswer,
  type BackfillList,
  type BackfillsQuery,
} from './rest/backfills.ts';
export { uuidOf } from './public-id.ts';
export { DEFAULT_WINDOW_MS, durationMs, LONGEST_WINDOW_MS, type TimeQuery } from './rest/duration.ts';
export { eventPage, eventsQuery, type EventPage, type EventsQuery } from './rest/events.ts';
export { liveness, readiness, startup, type Liveness, type Readiness, type Startup } from './rest/health.ts';
export {
  apiKeyAnswer,
  apiKeyList,
  apiKeyParameters,
  apiKeysQuery,
  issuedApiKey,
  issuedToken,
  newApiKey,
  rotateApiKey,
  type ApiKey,
  type ApiKeyAnswer,
  type ApiKeyList,
  type ApiKeysQuery,
  type IssuedApiKey,
  type IssuedToken,
  type Scope,
} from './rest/keys.ts';
export {
  ledgerDetail,
  ledgerList,
  ledgerParameters,
  ledgersQuery,
  type Ledger,
  type LedgerDetail,
  type LedgerList,
  type LedgersQuery,
} from './rest/ledgers.ts';
export { checkHistory, historyParameters, type HistoryQuery } from './rest/history-parameters.ts';
export { checkMemo, memoParameters, type MemoQuery } from './rest/memo-parameters.ts';
export { network, type Network } from './rest/network.ts';
export {
  FORMATS,
  type ListFormat,
  accountParameter,
  assetParameter,
  minimumAmountParameter,
  noQuery,
  resultParameter,
  transactionHashParameter,
} from './rest/parameters.ts';
export {
  paymentDetail,
  paymentList,
  paymentParameters,
  paymentsQuery,
  type Payment,
  type PaymentDetail,
  type PaymentList,
  type PaymentsQuery,
} from './rest/payments.ts';
export {
  poolDetail,
  poolList,
  poolParameters,
  poolQuery,
  poolRankings,
  poolRankingsQuery,
  poolSnapshotList,
  poolSnapshotsQuery,
  poolsQuery,
  poolStats,
  type Pool,
  type PoolDetail,
  type PoolList,
  type PoolQuery,
  type PoolRankings,
  type PoolRankingsQuery,
  type PoolSnapshot,
  type PoolSnapshotList,
  type PoolSnapshotsQuery,
  type PoolsQuery,
  type PoolStats,
} from './rest/pools.ts';
export { stroopsOf } from './amount.ts';
export { problem, type Problem } from './rest/problem.ts';
export { ledgerSequence, operationId } from './scalars.ts';
