/** Hooks threw, or sockets did, while clients were told and closed. `cause` is the first error. */
export class StreamClientsError extends Error {
  override readonly name = 'StreamClientsError';
  readonly code = 'stream_clients_failed';
  readonly retryable = false;

  constructor(errors: readonly unknown[]) {
    const [cause] = errors;
    const first = cause instanceof Error ? cause.message : 'something that is no Error';
    super(
      `found ${errors.length} error(s) while clients were told and closed, first: ${first}; ` +
        'the clients were closed all the same; mend the hook that threw',
      { cause },
    );
  }
}
