import type { Writable } from 'node:stream';
import { Farewell, type FarewellClient, type FarewellOptions } from '../streams/stream-drain.ts';
import { type NoticeOptions, type ShutdownNotice, noticeFor } from '../streams/notice.ts';
import { endStream } from './end-exchange.ts';
import type { Exchange } from './exchange.ts';
import type { HttpRequest, HttpResponse, HttpServer } from './http-server.ts';
import { trafficOf } from './traffic.ts';

/** An open stream, for the hooks. */
export interface EventStream {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  /** As in its head; empty until the head is sent. */
  readonly contentType: string;
}

export interface EventStreamsOptions extends FarewellOptions, NoticeOptions<EventStream> {
  /** For messages and the report; `event-streams` unless given. */
  readonly name?: string;
  /** The notice as this stream carries it; unless given, an event `server_shutdown` with the notice as JSON. */
  readonly frame?: (notice: ShutdownNotice, stream: EventStream) => string;
}

/**
 * Closes a server's long-lived streams in a phase after its drain: the notice at the announce, once more as the last event,
 * then the end. Streams are GETs answered with `text/event-stream`, and those `markStream` was called for.
 */
export function eventStreams(server: HttpServer, options: EventStreamsOptions = {}): Farewell {
  const traffic = trafficOf(server);
  const farewell = new Farewell(options.name ?? 'event-streams', options);
  traffic.takeStreams((exchange) => {
    const client = new StreamClient(exchange, options);
    exchange.response.once('close', () => farewell.leave(client));
    farewell.join(client);
  });
  return farewell;
}

class StreamClient implements FarewellClient {
  readonly #exchange: Exchange;
  readonly #options: EventStreamsOptions;

  constructor(exchange: Exchange, options: EventStreamsOptions) {
    this.#exchange = exchange;
    this.#options = options;
  }

  notify(): void {
    const response: Writable = this.#exchange.response;
    if (this.#exchange.response.headersSent && !response.writableEnded) response.write(this.#frame());
  }

  close(): void {
    endStream(this.#exchange, this.#exchange.response.headersSent ? this.#frame() : '');
  }

  terminate(): void {
    this.#exchange.cut();
  }

  #frame(): string {
    const notice = noticeFor<EventStream>(this.#exchange, this.#options);
    if (this.#options.frame) return this.#options.frame(notice, this.#exchange);
    return this.#exchange.contentType.startsWith('text/event-stream') ? eventOf(notice) : '';
  }
}

/** `retry` makes `EventSource` itself wait that long before it connects again. */
function eventOf(notice: ShutdownNotice): string {
  return `event: server_shutdown\nretry: ${notice.reconnect_after_ms}\ndata: ${JSON.stringify(notice)}\n\n`;
}
