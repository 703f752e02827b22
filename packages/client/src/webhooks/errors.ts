export type WebhookVerificationErrorCode =
  /** One of the three headers is absent, or there is one of them twice. */
  | 'headers_missing'
  | 'timestamp_invalid'
  | 'timestamp_too_old'
  | 'timestamp_too_new'
  | 'signature_mismatch'
  /** The signature is right, and the body is not an event. */
  | 'body_invalid';

/** A request is not a webhook of the API, or not for these secrets. Answer it with 400 and do nothing else. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
  readonly code: WebhookVerificationErrorCode;
  readonly retryable = false;

  constructor(
    code: WebhookVerificationErrorCode,
    { found, expected, action }: { found: string; expected: string; action: string },
  ) {
    super(`found ${found}, expected ${expected}: ${action}`);
    this.code = code;
  }
}
