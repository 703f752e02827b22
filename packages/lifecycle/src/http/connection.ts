import { type ServerHttp2Session, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../host/clock.ts';
import type { Carrier, Exchange } from './exchange.ts';

/** The highest stream id: a GOAWAY with it says "open nothing new", yet what is on its way is served (RFC 9113 §6.8). */
const EVERY_STREAM = 2 ** 31 - 1;

/** One HTTP/1 socket or one HTTP/2 session, and the requests in flight on it. Times are the clock's. */
export abstract class Connection implements Carrier {
  readonly exchanges = new Set<Exchange>();
  /** Since when it has had nothing to do. */
  quietSince: number;
  isCut = false;
  protected readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
    this.quietSince = clock.now();
  }

  /** Such a connection is left to the owner of its streams. */
  get carriesStream(): boolean {
    for (const exchange of this.exchanges) if (exchange.isStream) return true;
    return false;
  }

  settle(exchange: Exchange): void {
    this.exchanges.delete(exchange);
    this.quietSince = this.clock.now();
  }

  /** Whether it may be closed gracefully, because it was quiet, or its close was announced, before that moment. */
  abstract isDue(moment: number): boolean;
  /** Closes it gracefully: what is in flight on it still ends. */
  abstract end(): void;
  abstract destroy(): void;
}

/** An HTTP/1 socket; the head of its last answer announces its close. */
export class Http1Connection extends Connection {
  /** Whether its client knows that no further request will be answered on it. */
  closeAnnounced = false;
  readonly #socket: Socket;

  constructor(socket: Socket, clock: Clock) {
    super(clock);
    this.#socket = socket;
  }

  /**
   * The answer being written is the last on this socket. Node destroys the socket right after it: with request bytes still
   * arriving that is a reset, which may take the answer along. So send FIN and give the peer `boundMs` to close.
   */
  announceClose(boundMs: number): void {
    const socket = this.#socket;
    this.closeAnnounced = true;
    socket.destroySoon = () => {
      if (socket.writableEnded) return;
      socket.end();
      const cancel = this.clock.after(boundMs, () => socket.destroy());
      socket.once('close', cancel);
    };
  }

  isDue(moment: number): boolean {
    return this.exchanges.size === 0 && this.quietSince <= moment;
  }

  end(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.isCut = true;
    this.#socket.destroy();
  }
}

/** An HTTP/2 session; a GOAWAY announces its close. */
export class Http2Connection extends Connection {
  readonly #session: ServerHttp2Session;
  #announcedAt: number | undefined;

  constructor(session: ServerHttp2Session, clock: Clock) {
    super(clock);
    this.#session = session;
  }

  announceClose(): void {
    if (this.#announcedAt !== undefined || this.#session.destroyed) return;
    this.#announcedAt = this.clock.now();
    this.#session.goaway(constants.NGHTTP2_NO_ERROR, EVERY_STREAM);
  }

  isDue(moment: number): boolean {
    return (this.#announcedAt ?? this.quietSince) <= moment;
  }

  end(): void {
    if (!this.#session.closed) this.#session.close();
  }

  destroy(): void {
    this.isCut = true;
    this.#session.destroy();
  }
}
