/** A WebSocket server does not say who its clients are, so nobody could close them. */
export class UnseenClientsError extends Error {
  override readonly name = 'UnseenClientsError';
  readonly code = 'unseen_clients';
  readonly retryable = false;

  constructor() {
    super(
      'found a WebSocket server without the set `clients`, expected one made without `clientTracking: false`; ' +
        'for Socket.IO acquire { close: () => io.close() } instead',
    );
  }
}
