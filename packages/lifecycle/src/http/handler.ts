import type { HttpRequest, HttpResponse } from './http-server.ts';
import { exchangeOf } from './traffic.ts';

/**
 * Aborts when the request is cut by force or, for a stream, when the stream is closed. Pass it on to what the handler
 * waits for. With Hono: `requestSignal(context.env.incoming)`. Never aborts on a server that no lifecycle drains.
 */
export function requestSignal(request: HttpRequest): AbortSignal {
  return exchangeOf(request)?.signal ?? new AbortController().signal;
}

/**
 * Says that this response is long-lived by nature: a drain does not wait for it, `eventStreams` closes it. Not needed for
 * `text/event-stream`.
 */
export function markStream(response: HttpResponse): void {
  exchangeOf(response)?.becomeStream();
}
