/** The log cannot continue from the cursor: it is too old, or of another log. */
export class ResyncRequiredError extends Error {
  override readonly name = 'ResyncRequiredError';
  readonly code = 'resync_required';
  /** The same cursor is refused for ever. */
  readonly retryable = false;
  /** Where the events were to continue. */
  readonly cursor: string | undefined;
  /** The oldest cursor that the log can continue from. */
  readonly oldest: string;
  /** The paths of the API that have the state of the channels. Each answer's `as_of.cursor` is where to follow from. */
  readonly statePaths: readonly string[];

  constructor(
    cursor: string | undefined,
    { oldest, statePaths }: { readonly oldest: string; readonly statePaths: readonly string[] },
  ) {
    super(
      `found cursor ${cursor ?? 'none'}, expected ${oldest} or a later one of this log: ` +
        `read the state again (${statePaths.join(', ')}), and follow from its as_of.cursor`,
    );
    this.cursor = cursor;
    this.oldest = oldest;
    this.statePaths = statePaths;
  }
}

/** The server does not accept the subscription. */
export class StreamRefusedError extends Error {
  override readonly name = 'StreamRefusedError';
  /** Of the server, e.g. `unknown_channel`. */
  readonly code: string;
  readonly retryable = false;

  constructor(code: string, message: string) {
    super(`found ${code}, expected a subscription: ${message}`);
    this.code = code;
  }
}

/** An event came whose id does not follow the one before. Events may be missing before it. */
export class EventOrderError extends Error {
  override readonly name = 'EventOrderError';
  readonly code = 'events_out_of_order';
  readonly retryable = false;

  constructor(cursor: string, found: string) {
    super(
      `found event ${found} after ${cursor}, expected a larger id: report it, it is a fault of the server`,
    );
  }
}

/** What came is no stream of events. */
export class EventStreamError extends Error {
  override readonly name = 'EventStreamError';
  readonly code = 'malformed_stream';
  readonly retryable = true;
}
