/** Another process has moved the cursor since it was read: events are matched there. */
export class CursorFencedError extends Error {
  override readonly name = 'CursorFencedError';
  readonly code = 'webhook_cursor_fenced';
  readonly retryable = true;

  constructor(expected: string) {
    super(
      `found that another process has moved the cursor of webhooks, expected it at ${expected}; it is read again`,
    );
  }
}
