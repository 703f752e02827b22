export { commitLedger, type CommitOptions, type CommittedLedger } from './commit-ledger.ts';
export { readCursor, readLedgerAge, type Cursor } from './cursor.ts';
export { LedgerFencedError, LedgerForkError, NetworkMismatchError, type CursorPlace } from './errors.ts';
export { listLedgers, readLedger } from './ledger-summaries.ts';
export {
  readCloseIntervals,
  readGaps,
  readGapsBetween,
  readKeptLedgers,
  type CloseIntervals,
  type KeptLedgers,
  type LedgerGap,
} from './stored-ledgers.ts';
