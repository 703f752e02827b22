import type { LogCursor } from './log-cursor.ts';
import type { LogHead } from './read-head.ts';

/** The log cannot go on from this cursor: it is of another epoch, beyond the head, or older than retention. */
export class ResyncRequiredError extends Error {
  override readonly name = 'ResyncRequiredError';
  readonly code = 'resync_required';
  readonly retryable = false;
  readonly found: LogCursor;
  readonly head: LogHead;

  constructor(found: LogCursor, head: LogHead) {
    const oldest = formatCursor({ epoch: head.epoch, id: head.oldestId - 1n });
    const last = formatCursor({ epoch: head.epoch, id: head.lastId });
    super(
      `found cursor ${formatCursor(found)}, expected one from ${oldest} to ${last}; ` +
        'read the current state, then follow the log from its head',
    );
    this.found = found;
    this.head = head;
  }
}

function formatCursor({ epoch, id }: LogCursor): string {
  return `${epoch}-${id}`;
}
