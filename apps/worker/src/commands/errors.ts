/** A command was called in a wrong way; it did nothing. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
  readonly retryable = false;
}

/** Somebody has cancelled the backfill that the command waited for. */
export class BackfillCancelledError extends Error {
  override readonly name = 'BackfillCancelledError';
  readonly code = 'backfill_cancelled';
  readonly retryable = false;

  constructor(id: string) {
    super(`found backfill ${id} cancelled, expected its end; the same command begins a new one`);
  }
}

/** A signal ended the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'interrupted';
  readonly retryable = true;
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}
