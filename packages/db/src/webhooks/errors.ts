/** An owner has as many webhooks as is allowed. */
export class WebhookLimitError extends Error {
  override readonly name = 'WebhookLimitError';
  readonly code = 'webhook_limit_reached';
  readonly retryable = false;
  readonly limit: number;

  constructor(limit: number) {
    super(
      `found ${limit} webhooks, expected fewer; delete one that is not needed, or widen the filters of another`,
    );
    this.limit = limit;
  }
}

/** Events of the webhook are being replayed already. */
export class ReplayRunningError extends Error {
  override readonly name = 'ReplayRunningError';
  readonly code = 'replay_running';
  readonly retryable = true;

  constructor() {
    super('found a replay that is running, expected none; wait for its end or cancel it');
  }
}

/** The webhook is signed with the installation's key pair. */
export class NoSecretError extends Error {
  override readonly name = 'NoSecretError';
  readonly code = 'no_secret';
  readonly retryable = false;

  constructor() {
    super(
      'found a webhook with signature ed25519, expected hmac; the keys of ed25519 belong to the installation',
    );
  }
}

/** A secret cannot be decrypted with the keys that the process has. */
export class SecretUnreadableError extends Error {
  override readonly name = 'SecretUnreadableError';
  readonly code = 'secret_unreadable';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super(
      'found a webhook secret that was encrypted with another key, expected one that WEBHOOK_SECRET_KEY or ' +
        'WEBHOOK_SECRET_KEY_OLD opens; set the key that it was encrypted with, or rotate the secret',
      options,
    );
  }
}
