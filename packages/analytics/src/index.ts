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
  type CorridorTable,
  type CorridorTally,
} from './corridors/corridor-table.ts';
export type { AttemptCounts, CorridorCounts, SeparateCounts } from './corridors/counts.ts';
export { failuresByBlame, failuresByReason } from './corridors/failure-counts.ts';
export { replayRows, type ReplayRow } from './corridors/replay-row.ts';
export { sizeClass } from './corridors/size-class.ts';
export { type FailureCount, type SizeClassCount, type Tally } from './corridors/tally.ts';
export { summarizeLedger, type LedgerSummary, type OutcomeCounts } from './ledgers/ledger-summary.ts';
export { StatisticsInputError } from './statistics-input-error.ts';
export { wilsonInterval, type Interval } from './statistics/wilson-interval.ts';
