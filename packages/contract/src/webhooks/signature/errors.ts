/** A text is not the secret or key that it should be. The message never has the text. */
export class WebhookSecretError extends Error {
  override readonly name = 'WebhookSecretError';
  readonly code = 'webhook_secret_invalid';
  readonly retryable = false;

  constructor(expected: string) {
    super(`found another text, expected ${expected}: copy all of it, with its prefix`);
  }
}
