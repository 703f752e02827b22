export {
  ANCHOR_WINDOWS,
  type Anchor,
  type AnchorDetail,
  type AnchorOrigin,
  type AnchorSnapshot,
  type AnchorWindow,
  type AnchorWindowName,
  type AnchorWindows,
} from './anchors/anchor.ts';
export {
  countAnchors,
  NO_COUNTS,
  type AnchorCorridors,
  type AnchorCounts,
  type CountedCorridor,
} from './anchors/anchor-counts.ts';
export { fileChanges, type AnchorFile, type FileChanges } from './anchors/anchor-file.ts';
export {
  ANCHOR_INCIDENT_KINDS,
  type AnchorIncident,
  type AnchorIncidentDetails,
  type AnchorIncidentKind,
  type AnchorOccurrence,
} from './anchors/anchor-incident.ts';
export {
  ANCHOR_STATUSES,
  assessAnchor,
  FAILURES_THAT_COUNT,
  isUnreachable,
  type AnchorHealth,
  type AnchorStatus,
} from './anchors/anchor-status.ts';
export { parseHomeDomain } from './anchors/home-domain.ts';
export {
  resolveIssuers,
  type IssuerChanges,
  type IssuerRange,
  type KnownAnchor,
  type VerifiedIssuer,
} from './anchors/resolve-issuers.ts';
export {
  addPayments,
  BUCKET_MS,
  bucketStart,
  collapseBuckets,
  emptyBuckets,
  mergeBuckets,
  type CorridorBuckets,
} from './corridors/corridor-buckets.ts';
export {
  addPayment,
  emptyTable,
  mergeTables,
  sortedCorridors,
  wholeTally,
  type CorridorCounts,
  type CorridorTable,
  type CorridorTally,
  type SeparateCounts,
} from './corridors/corridor-table.ts';
export {
  assessHealth,
  type CorridorHealth,
  type HealthRule,
  type HealthStatus,
  type Incident,
} from './corridors/health.ts';
export { replayRows, type ReplayRow } from './corridors/replay-row.ts';
export {
  byCodeUnits,
  failuresByBlame,
  failuresByReason,
  sizeClass,
  type AttemptCounts,
  type FailureCount,
  type SizeClassCount,
  type Tally,
} from './corridors/tally.ts';
export { StatisticsInputError } from './errors.ts';
export { summarizeLedger, type LedgerSummary, type OutcomeCounts } from './ledger-summary.ts';
export { impermanentLoss, type ImpermanentLoss, type Reserves } from './pools/impermanent-loss.ts';
export { priceAlong, priceAssets, XLM, type AssetPrice, type PricedPool } from './pools/prices.ts';
export { compareRatios, toNumber, type Ratio } from './pools/ratio.ts';
export { feesOf, swapStrictReceive, swapStrictSend, type SwapReserves } from './pools/swap.ts';
export { annualRate, hasFallen, valueInXlm, type Priced } from './pools/value.ts';
export { wilsonInterval, Z_95, type Interval } from './statistics/wilson-interval.ts';
