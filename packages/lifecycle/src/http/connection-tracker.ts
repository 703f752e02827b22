import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../host/clock.ts';
import { type Connection, Http1Connection, Http2Connection } from './connection.ts';
import { type HttpRequest, isHttp2 } from './http-server.ts';

/** Every open connection of a server, those that have sent nothing or half a handshake included. */
export class ConnectionTracker implements Iterable<Connection> {
  readonly #all = new Set<Connection>();
  readonly #sockets = new Map<Duplex, Http1Connection>();
  readonly #sessions = new Map<ServerHttp2Session, Http2Connection>();
  readonly #handshakes = new Map<string, Http1Connection>();
  readonly #clock: Clock;
  readonly #onClosed: (connection: Connection) => void;

  constructor(clock: Clock, onClosed: (connection: Connection) => void) {
    this.#clock = clock;
    this.#onClosed = onClosed;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#all.values();
  }

  of(request: HttpRequest): Http1Connection | Http2Connection {
    if (!isHttp2(request)) return this.#sockets.get(request.socket) ?? this.addSocket(request.socket);
    const session = request.stream.session as ServerHttp2Session;
    return this.#sessions.get(session) ?? this.addSession(session);
  }

  addSocket(socket: Socket): Http1Connection {
    const connection = new Http1Connection(socket, this.#clock);
    this.#sockets.set(socket, connection);
    this.#all.add(connection);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#close(connection);
    });
    return connection;
  }

  /** For a socket that another protocol takes over. */
  release(socket: Duplex): void {
    const connection = this.#sockets.get(socket);
    this.#sockets.delete(socket);
    if (connection) this.#all.delete(connection);
  }

  addSession(session: ServerHttp2Session): Http2Connection {
    const connection = new Http2Connection(session, this.#clock);
    this.#sessions.set(session, connection);
    this.#all.add(connection);
    session.once('close', () => {
      this.#sessions.delete(session);
      this.#close(connection);
    });
    return connection;
  }

  /** Node connects a TLS socket to the one beneath it only privately; their addresses are the same. */
  beginHandshake(socket: Socket): void {
    const peer = addressOf(socket);
    const connection = new Http1Connection(socket, this.#clock);
    this.#handshakes.set(peer, connection);
    this.#all.add(connection);
    socket.once('close', () => {
      if (this.#handshakes.get(peer) === connection) this.#handshakes.delete(peer);
      this.#close(connection);
    });
  }

  endHandshake(socket: Socket): void {
    const peer = addressOf(socket);
    const connection = this.#handshakes.get(peer);
    this.#handshakes.delete(peer);
    if (connection) this.#all.delete(connection);
  }

  announceClose(): void {
    for (const session of this.#sessions.values()) session.announceClose();
  }

  #close(connection: Connection): void {
    if (this.#all.delete(connection)) this.#onClosed(connection);
  }
}

function addressOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort} ${socket.localAddress}:${socket.localPort}`;
}
