export { connectDatabase, databaseOptions, type DatabaseOptions } from './connect-database.ts';
export { Database, type Executor } from './database.ts';
export { DatabaseUnavailableError, TransactionConflictError } from './database-errors.ts';
export { releaseLease } from './lease/release-lease.ts';
export { renewLease } from './lease/renew-lease.ts';
export { takeLease, type LeaseOptions } from './lease/take-lease.ts';
export { appendEvents, type Appended } from './log/append-events.ts';
export type { LogCursor } from './log/log-cursor.ts';
export { readEvents, type LoggedEvent } from './log/read-events.ts';
export { readHead, type LogHead } from './log/read-head.ts';
export { renewEpoch } from './log/renew-epoch.ts';
export { ResyncRequiredError } from './log/resync-required-error.ts';
export { trimLog } from './log/trim-log.ts';
export { watchLog } from './log/watch-log.ts';
export { dropExpiredPartitions } from './partitions/drop-expired-partitions.ts';
export { ensurePartitions } from './partitions/ensure-partitions.ts';
export { clearTaskError } from './queries/clear-task-error.ts';
export { commitLedger, type CommitOptions, type CommittedLedger } from './queries/commit-ledger.ts';
export {
  LedgerFencedError,
  LedgerForkError,
  NetworkMismatchError,
  type CursorPlace,
} from './queries/commit-refused-errors.ts';
export { readCursor, type Cursor } from './queries/read-cursor.ts';
export { readGaps, type LedgerGap } from './queries/read-gaps.ts';
export { readLedgerFacts } from './queries/read-ledger-facts.ts';
export { readTaskStatus, type TaskStatus } from './queries/read-task-status.ts';
export { recordTaskError } from './queries/record-task-error.ts';
export { recordTaskProgress } from './queries/record-task-progress.ts';
export { syncCorridorBuckets } from './queries/sync-corridor-buckets.ts';
export { migrate } from './schema/migrate.ts';
export { requireSchema } from './schema/require-schema.ts';
export { SchemaMismatchError } from './schema/schema-mismatch-error.ts';
export { transaction, type Transaction, type TransactionOptions } from './transaction.ts';

export { corridorIsKnown } from './reads/corridor-is-known.ts';
export { listCorridors, type CorridorOrder, type CorridorPlace } from './reads/list-corridors.ts';
export { listLedgers } from './reads/list-ledgers.ts';
export { listPayments, type PaymentFilter } from './reads/list-payments.ts';
export { readCloseIntervals, type CloseIntervals } from './reads/read-close-intervals.ts';
export { readCorridor, type CorridorWithSizes } from './reads/read-corridor.ts';
export { readCorridorFailures } from './reads/read-corridor-failures.ts';
export { readCorridorHistory } from './reads/read-corridor-history.ts';
export { readGapsBetween } from './reads/read-gaps-between.ts';
export { readKeptLedgers, type KeptLedgers } from './reads/read-kept-ledgers.ts';
export { readLedger } from './reads/read-ledger.ts';
export { readPayment } from './reads/read-payment.ts';
export { readSnapshot } from './reads/read-snapshot.ts';
export { readSpan, type Span } from './reads/span.ts';
export type { StoredPayment } from './reads/stored-payment.ts';
