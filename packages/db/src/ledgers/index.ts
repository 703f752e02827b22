export {
  commitLedger,
  commitLedgers,
  commitPrepared,
  prepareLedgers,
  type CommitOptions,
  type CommittedLedger,
  type LedgerCommit,
  type PreparedLedgers,
} from './commit-ledger.ts';
export { readCursor, readLedgerAge, type Cursor } from './cursor.ts';
export { LedgerFencedError, LedgerForkError, NetworkMismatchError, type CursorPlace } from './errors.ts';
export { listLedgers, readLedger } from './ledger-summaries.ts';
export { fillGap, readGaps, readGapsBetween, type LedgerGap } from './gaps.ts';
export {
  readCloseIntervals,
  readKeptLedgers,
  type CloseIntervals,
  type KeptLedgers,
} from './stored-ledgers.ts';
