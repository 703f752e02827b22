import type { HttpResponse } from './http-server.ts';
import { exchangeOf } from './traffic.ts';

/**
 * Says that this response is long-lived by nature: a drain does not wait for it, `eventStreams` closes it. For what is not
 * `text/event-stream`, which is known without it.
 */
export function markStream(response: HttpResponse): void {
  exchangeOf(response)?.becomeStream();
}
