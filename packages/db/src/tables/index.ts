export {
  anchorAccounts,
  anchorAssets,
  anchorCorridors,
  anchorCounts,
  anchorDomainRanges,
  anchorDomains,
  anchorIncidents,
  anchorIssuers,
  anchorProgress,
  anchors,
  anchorSnapshots,
} from './anchors.ts';
export { accessTokens, apiKeys, apiKeySecrets } from './api-keys.ts';
export {
  assetProgress,
  assetSnapshots,
  assetStatistics,
  trustlineStateCounts,
  trustlineStates,
  trustlineStats,
} from './asset-statistics.ts';
export { backfillChunks, backfillParts, backfills } from './backfills.ts';
export { claimableBalances } from './claimable-balances.ts';
export { clawbacks } from './clawbacks.ts';
export { contractTransfers } from './contract-transfers.ts';
export { corridorBuckets, corridorDays, corridorHours, dirtyCorridorBuckets } from './corridor-buckets.ts';
export {
  corridorChanges,
  corridorIncidents,
  corridorPublication,
  corridorStates,
} from './corridor-states.ts';
export { databaseIdentity } from './database-identity.ts';
export { accounts, assets, codes } from './dictionary.ts';
export { eventLog, eventLogBounds, eventLogHead } from './event-log.ts';
export { factsLakes } from './facts-lakes.ts';
export { ledgerCursor } from './ledger-cursor.ts';
export { ledgerGaps } from './ledger-gaps.ts';
export { ledgers } from './ledgers.ts';
export { leases } from './leases.ts';
export { namedAssets, namedCursor, namedPools, namedTrustlines, unnamedLedgers } from './named.ts';
export { payments } from './payments.ts';
export { poolOperations } from './pool-operations.ts';
export { requestBudgets } from './request-budgets.ts';
export {
  dirtyPoolBuckets,
  poolBuckets,
  poolCounts,
  poolFigures,
  poolHours,
  poolPricePaths,
  poolRetention,
  pools,
  poolSnapshots,
} from './pools.ts';
export { retentionHorizon } from './retention-horizon.ts';
export { stateSyncs } from './state-syncs.ts';
export { taskStatus } from './task-status.ts';
export { trades } from './trades.ts';
export { transactions } from './transactions.ts';
export { trustlineOperations } from './trustline-operations.ts';
export { webhookAttempts, webhookDeliveries, webhookProgress, webhookReplays } from './webhook-deliveries.ts';
export { webhookCursor, webhookFilterKeys, webhooks, webhookSecrets } from './webhooks.ts';
