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
export { wilsonInterval, type Interval } from './statistics/wilson-interval.ts';
