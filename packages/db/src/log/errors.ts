import type { LogHead } from './head.ts';

/** A place in the event log: after event `id` of this `epoch`. */
export interface LogCursor {
  readonly epoch: string;
  /** Counted from 1 without a hole; 0 is the place before the first event. */
  readonly id: bigint;
}

/** The log cannot continue from this cursor: it is of another epoch, beyond the head, or older than retention. */
export class ResyncRequiredError extends Error {
  override readonly name = 'ResyncRequiredError';
  readonly code = 'resync_required';
  readonly retryable = false;
  readonly found: LogCursor;
  readonly head: LogHead;

  constructor(found: LogCursor, { epoch, oldestId, lastId }: LogHead) {
    super(
      `found cursor ${found.epoch}-${found.id}, expected one from ${epoch}-${oldestId - 1n} to ${epoch}-${lastId}; ` +
        'read the current state, then follow the log from its head',
    );
    this.found = found;
    this.head = { epoch, oldestId, lastId };
  }
}
