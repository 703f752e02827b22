/**
 * What the signal of a request aborts with.
 * - `request_cut`: the time for its answer is over; the connection is destroyed next.
 * - `stream_closed`: the stream has been ended; nothing can be written to it any more.
 */
export class RequestEndedError extends Error {
  override readonly name = 'RequestEndedError';
  readonly code: 'request_cut' | 'stream_closed';
  /** Another instance may answer the same request. */
  readonly retryable = true;
  readonly request: string;

  constructor(code: 'request_cut' | 'stream_closed', request: string) {
    super(
      code === 'request_cut'
        ? `${request} was cut: the time for its answer is over`
        : `${request}: the stream was closed`,
    );
    this.code = code;
    this.request = request;
  }
}
