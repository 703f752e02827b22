import { type ServerHttp2Session, constants } from 'node:http2';
import type { Socket } from 'node:net';
import type { Exchange } from './exchange.ts';

/** The highest stream id: a GOAWAY with it says "open nothing new", yet what is on its way is served (RFC 9113 §6.8). */
const EVERY_STREAM = 2 ** 31 - 1;

/** One HTTP/1 socket or one HTTP/2 session, and the requests in flight on it. Times are `performance.now()`. */
export interface Connection {
  readonly exchanges: Set<Exchange>;
  /** Since when it has had nothing to do. */
  quietSince: number;
  /** It was destroyed, not closed. */
  readonly isCut: boolean;
  /** Whether it may be closed gracefully, being quiet, or told that it closes, since before that moment. */
  isDue(moment: number): boolean;
  /** Closes it gracefully: what is in flight on it still ends. */
  end(): void;
  destroy(): void;
}

/** An HTTP/1 socket; the head of its last answer announces its close. */
export class Http1Connection implements Connection {
  readonly exchanges = new Set<Exchange>();
  quietSince = performance.now();
  isCut = false;
  /** Its client was told that no further request will be answered on it. */
  closeAnnounced = false;
  readonly #socket: Socket;

  constructor(socket: Socket) {
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
      const bound = setTimeout(() => socket.destroy(), boundMs);
      socket.once('close', () => clearTimeout(bound));
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
export class Http2Connection implements Connection {
  readonly exchanges = new Set<Exchange>();
  quietSince = performance.now();
  isCut = false;
  readonly #session: ServerHttp2Session;
  #announcedAt: number | undefined;

  constructor(session: ServerHttp2Session) {
    this.#session = session;
  }

  announceClose(): void {
    if (this.#announcedAt !== undefined || this.#session.destroyed) return;
    this.#announcedAt = performance.now();
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
