import { systemClock, type Clock } from './clock.ts';
import { eventSourceTransport } from './follow/event-source-transport.ts';
import { bufferSizeOf, channelsOf, type FollowOptions } from './follow/follow.ts';
import { Follower } from './follow/follower.ts';
import type { StreamedEvent, Transport } from './follow/transport.ts';
import { webSocketTransport } from './follow/web-socket-transport.ts';
import { withToken, type TokenSource } from './follow/with-token.ts';
import { restMethods, type RestMethods } from './rest/methods.ts';
import type { Fetch } from './rest/request.ts';
import { baseUrl } from './rest/url.ts';

export interface ClientOptions {
  /** Where the API is, for example `https://api.example.com`. */
  readonly url: string | URL;
  /** The API key. Keep it on servers: a page of a browser that has it gives it to everyone. */
  readonly apiKey?: string | undefined;
  /**
   * Gets a token for each stream: in a browser from your own server, which asks for it with `createToken`. Default: with an
   * `apiKey`, the client asks for the tokens of its WebSockets itself.
   */
  readonly token?: TokenSource | undefined;
  /** Sent with each request and with the SSE stream; browsers allow none for a WebSocket. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How often a request is sent at most, if the answer says that a later one may succeed; default: 3. */
  readonly attempts?: number | undefined;
  /** How long one attempt may take; default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** Default: those of the platform. */
  readonly fetch?: Fetch | undefined;
  readonly WebSocket?: typeof WebSocket | undefined;
  readonly clock?: Clock | undefined;
}

export interface Client extends RestMethods {
  /**
   * The events of these channels, each once and in the order of the log, over as many connections as it takes. A
   * connection that ends is made again, to any replica, from the last event on.
   *
   * @throws TypeError at once, for a channel or a size that is none; while it is iterated: ResyncRequiredError if the log cannot
   *   continue from `after`, StreamRefusedError, EventOrderError. Nothing else ends it.
   */
  follow(options?: FollowOptions): AsyncIterableIterator<StreamedEvent, undefined>;
}

const STREAM_PATH = '/api/v1/events/stream';

/** @throws TypeError if the address is none of http or https */
export function createClient(options: ClientOptions): Client {
  const { apiKey, attempts = 3, timeoutMs = 30_000, clock = systemClock } = options;
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const base = baseUrl(options.url);
  const headers = { ...options.headers, ...(apiKey !== undefined && bearer(apiKey)) };
  const rest = restMethods(base, { fetch, headers, attempts, timeoutMs, clock });
  const ownToken = async (): Promise<string> => (await rest.createToken()).data.token;
  const streamToken = options.token ?? (apiKey === undefined ? undefined : ownToken);
  const webSocket = webSocketTransport(
    `${base.replace(/^http/, 'ws')}/ws`,
    options.WebSocket ?? globalThis.WebSocket,
  );
  const sse = (own: Readonly<Record<string, string>>): Transport =>
    eventSourceTransport(base, STREAM_PATH, { fetch, headers: { ...headers, ...own } });
  const transports: Record<NonNullable<FollowOptions['transport']>, () => Transport> = {
    websocket: () => (streamToken === undefined ? webSocket() : withToken(streamToken, webSocket)),
    sse: () =>
      options.token === undefined ? sse({}) : withToken(options.token, (text) => sse(bearer(text))),
  };
  return {
    ...rest,
    follow: (following = {}) => {
      const { after, signal, transport = 'websocket', onState } = following;
      return new Follower({
        transport: transports[transport](),
        channels: channelsOf(following),
        after,
        signal,
        bufferSize: bufferSizeOf(following),
        onState,
        clock,
      });
    },
  };
}

function bearer(text: string): Record<string, string> {
  return { Authorization: `Bearer ${text}` };
}
