/** Webhooks exist, and this process cannot sign what it should deliver. */
export class WebhookKeyMissingError extends Error {
  override readonly name = 'WebhookKeyMissingError';
  readonly code = 'webhook_key_missing';
  readonly retryable = false;

  constructor() {
    super(
      'found deliveries of webhooks that are due and no WEBHOOK_SECRET_KEY, expected the key that the API encrypted their ' +
        'secrets with; set WEBHOOK_SECRET_KEY to the same value as in the API',
    );
  }
}

/** Deliveries were handed out, and nobody has reported on any of them for too long. */
export class AttemptsStalledError extends Error {
  override readonly name = 'AttemptsStalledError';
  readonly code = 'webhook_attempts_stalled';
  readonly retryable = true;

  constructor(limitMs: number) {
    super(
      `found no result of any attempt for more than ${Math.round(limitMs / 1000)} s although deliveries were handed out, ` +
        'expected one; see whether a worker with the role webhook-dispatch runs, and whether Redis answers it',
    );
  }
}

/** The log has dropped events before they were matched to webhooks. */
export class EventsDroppedError extends Error {
  override readonly name = 'EventsDroppedError';
  readonly code = 'webhook_events_dropped';
  readonly retryable = true;
  readonly after: bigint;
  readonly to: bigint;

  constructor(after: bigint, to: bigint) {
    super(
      `found that the log has dropped the events after ${after} up to ${to} before they were matched to webhooks, expected ` +
        'them; webhooks show the range as missed; raise RETENTION_DAYS, and keep a worker with the role webhook-dispatch running',
    );
    this.after = after;
    this.to = to;
  }
}
