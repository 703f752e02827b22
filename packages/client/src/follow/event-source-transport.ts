import { mediaType, refusal, type Fetch } from '../rest/request.ts';
import { routeUrl } from '../rest/url.ts';
import { EventStreamParser } from './event-stream-parser.ts';
import { reportFrame } from './frames.ts';
import type { ConnectionListener, ConnectOptions, Transport } from './transport.ts';

/**
 * Follows over server-sent events. They are read by `fetch`: `EventSource` can send no headers, and connects again by
 * rules of its own.
 */
export function eventSourceTransport(
  base: string,
  path: string,
  http: { readonly fetch: Fetch; readonly headers: Readonly<Record<string, string>> },
): Transport {
  return (options: ConnectOptions) => {
    const { channels, cursor, report } = options;
    const over = new AbortController();
    const url = routeUrl(base, path, { channel: channels, after: cursor() });
    const run = async (): Promise<void> => {
      const retryAfterMs = await read(url, { ...http, signal: over.signal }, options).catch(() => undefined);
      if (over.signal.aborted) return;
      over.abort();
      report({ type: 'lost', retryAfterMs });
    };
    void run();
    return { close: () => over.abort(), probe: () => undefined };
  };
}

interface Request {
  readonly fetch: Fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Resolves when the stream ends, to the pause that the server asks for. */
async function read(
  url: string,
  { fetch, headers, signal }: Request,
  { heard, report, deliver }: ConnectionListener,
): Promise<number | undefined> {
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...headers },
    cache: 'no-store',
    signal,
  });
  if (response.status !== 200 || mediaType(response) !== 'text/event-stream' || response.body === null) {
    const error = refusal(url, response, await response.text());
    if (isPassing(response.status)) return 'retryAfterMs' in error ? error.retryAfterMs : undefined;
    report({ type: 'refused', code: error.code, message: error.message });
    return undefined;
  }
  const listener: ConnectionListener = {
    heard,
    deliver,
    report: (each) => {
      report(each);
      // The address of the stream is the subscription.
      if (each.type === 'connected') report({ type: 'subscribed' });
    },
  };
  const parser = new EventStreamParser();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || signal.aborted) return undefined;
    heard();
    for (const { data } of parser.push(value)) reportFrame(data, listener);
    if (parser.lastEventId !== '') report({ type: 'reached', cursor: parser.lastEventId });
  }
}

/** It came too late or too often, or a server or a proxy has a fault: the subscription itself was not refused. */
function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}
