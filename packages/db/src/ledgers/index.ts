export { readCloseIntervals, type CloseIntervals } from './close-intervals.ts';
export { commitLedger, type CommitOptions, type CommittedLedger } from './commit-ledger.ts';
export { readCursor, type Cursor } from './cursor.ts';
export { LedgerFencedError, LedgerForkError, NetworkMismatchError, type CursorPlace } from './errors.ts';
export { readGaps, readGapsBetween, type LedgerGap } from './gaps.ts';
export { readKeptLedgers, type KeptLedgers } from './kept-ledgers.ts';
export { listLedgers, readLedger } from './ledger-summaries.ts';
