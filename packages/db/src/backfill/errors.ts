import type { BackfillRange } from './backfill.ts';

/** The range cannot be backfilled. Nothing was stored. */
export class BackfillRangeError extends Error {
  override readonly name = 'BackfillRangeError';
  readonly code = 'backfill_range';
  readonly retryable = false;

  constructor(found: string, expected: string, action: string) {
    super(`found ${found}, expected ${expected}; ${action}`);
  }
}

/** Another backfill that runs covers a part of the range, or a part of one of its partitions. Nothing was stored. */
export class BackfillOverlapError extends Error {
  override readonly name = 'BackfillOverlapError';
  readonly code = 'backfill_overlaps';
  readonly retryable = false;
  /** Of the other one. */
  readonly id: string;

  constructor(id: string, { first, last }: BackfillRange) {
    super(
      `found backfill ${id} of ledgers ${first} to ${last} running, expected none that shares ledgers or partitions with ` +
        'the range; wait for its end, cancel it, or ask for a range that has none of them',
    );
    this.id = id;
  }
}

/** The backfill has ended or was cancelled, or there is none of this id: nothing is left to do for it. */
export class BackfillEndedError extends Error {
  override readonly name = 'BackfillEndedError';
  readonly code = 'backfill_ended';
  readonly retryable = false;

  constructor(id: string) {
    super(`found backfill ${id} ended, expected one that runs; drop its jobs`);
  }
}

/** Another worker has loaded the same ledgers. This one stored nothing: read how far they are loaded. */
export class BackfillFencedError extends Error {
  override readonly name = 'BackfillFencedError';
  readonly code = 'backfill_fenced';
  readonly retryable = true;

  constructor(chunk: BackfillRange, ledger: number) {
    super(
      `found the chunk of ledgers ${chunk.first} to ${chunk.last} loaded to another ledger, expected ${ledger - 1}; ` +
        'let one worker at a time load a chunk',
    );
  }
}

/** Another process builds the indexes of the same ledgers, or did until a moment ago. */
export class BackfillBusyError extends Error {
  override readonly name = 'BackfillBusyError';
  readonly code = 'backfill_busy';
  readonly retryable = true;

  constructor(first: number) {
    super(
      `found the part from ledger ${first} on in the hands of another process, expected none; try again later`,
    );
  }
}

/** A part cannot be shown, as not all of its chunks are loaded. */
export class BackfillIncompleteError extends Error {
  override readonly name = 'BackfillIncompleteError';
  readonly code = 'backfill_incomplete';
  readonly retryable = true;

  constructor({ first, last }: BackfillRange, chunks: number) {
    super(
      `found ${chunks} chunk(s) of ledgers ${first} to ${last} not loaded, expected none; load them first`,
    );
  }
}
