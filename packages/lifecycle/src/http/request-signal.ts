import type { HttpRequest } from './http-server.ts';
import { exchangeOf } from './traffic.ts';

/**
 * Aborts when the request is cut off: by force, or, for a stream, when it is closed. Hand it to what the handler waits for.
 * With Hono: `requestSignal(context.env.incoming)`. Never aborts on a server that no lifecycle drains.
 */
export function requestSignal(request: HttpRequest): AbortSignal {
  return exchangeOf(request)?.signal ?? new AbortController().signal;
}
