import type { Writable } from 'node:stream';
import { systemClock, type Clock } from '../host/clock.ts';
import { type Attempt, type NoticeOptions, type ShutdownNotice, noticeFor } from '../streams/notice.ts';
import { StreamDrain, type StreamClient, type StreamDrainOptions } from '../streams/stream-drain.ts';
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

export interface EventStreamsOptions extends StreamDrainOptions, NoticeOptions<EventStream> {
  /** For messages and the report. Default: `event-streams`. */
  readonly name?: string;
  /** The notice as this stream carries it. Default: an event `server_shutdown` with the notice as JSON. */
  readonly frame?: (notice: ShutdownNotice, stream: EventStream) => string;
}

/**
 * Closes a server's long-lived streams in a phase after its drain: each gets the notice at the announce and once more as
 * its last event, and then ends. Streams are GETs answered with `text/event-stream`, and those marked by `markStream`.
 */
export function eventStreams(server: HttpServer, options: EventStreamsOptions = {}): StreamDrain {
  const drain = new StreamDrain(options.name ?? 'event-streams', options);
  trafficOf(server, options.clock).takeStreams((exchange) => {
    const client = new EventStreamClient(exchange, options, (hook) => drain.attempt(hook));
    exchange.response.once('close', () => drain.leave(client));
    drain.join(client);
  });
  return drain;
}

class EventStreamClient implements StreamClient {
  readonly #exchange: Exchange;
  readonly #options: EventStreamsOptions;
  readonly #clock: Clock;
  readonly #attempt: Attempt;

  constructor(exchange: Exchange, options: EventStreamsOptions, attempt: Attempt) {
    this.#attempt = attempt;
    this.#exchange = exchange;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  notify(): void {
    const response: Writable = this.#exchange.response;
    if (this.#exchange.response.headersSent && !response.writableEnded) response.write(this.#frame());
  }

  close(): void {
    this.#exchange.endStream(this.#exchange.response.headersSent ? this.#frame() : '');
  }

  terminate(): void {
    this.#exchange.cut();
  }

  #frame(): string {
    const notice = noticeFor<EventStream>(this.#exchange, this.#options, this.#clock, this.#attempt);
    const frame = this.#attempt(() => this.#options.frame?.(notice, this.#exchange));
    if (frame !== undefined) return frame;
    return this.#exchange.contentType.startsWith('text/event-stream') ? eventOf(notice) : '';
  }
}

/** `retry` makes `EventSource` itself wait that long before it connects again. */
function eventOf(notice: ShutdownNotice): string {
  return `event: server_shutdown\nretry: ${notice.reconnect_after_ms}\ndata: ${JSON.stringify(notice)}\n\n`;
}
