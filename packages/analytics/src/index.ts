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
export { failuresByBlame, failuresByReason } from './corridors/failure-counts.ts';
export { replayRows, type ReplayRow } from './corridors/replay-row.ts';
export { sizeClass } from './corridors/size-class.ts';
export { type FailureCount, type SizeClassCount, type Tally } from './corridors/tally.ts';
export { StatisticsInputError } from './statistics-input-error.ts';
export { wilsonInterval, type Interval } from './statistics/wilson-interval.ts';
