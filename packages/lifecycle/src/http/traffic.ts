import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import { Admission } from './accept-gate.ts';
import { ConnectionBook } from './connection-tracker.ts';
import { type Connection, Http1Connection, Http2Connection } from './connection.ts';
import { Exchange } from './exchange.ts';
import type { HttpRequest, HttpResponse, HttpServer } from './http-server.ts';
import { refuse, refuseUpgrade } from './refusal.ts';
import { type ResponseHead, beforeHead } from './response-head.ts';
import { newTally } from './traffic-counts.ts';

/** How a server behaves from the announce of its stop on. */
export interface LameDuck {
  /** How long a connection may be quiet before it is closed, in milliseconds. */
  readonly lingerMs: number;
  readonly retryAfterSeconds: number;
  isRefused(request: HttpRequest): boolean;
  connectionAccepted(): void;
}

const SWEEP_MS = 10;
const traffics = new WeakMap<HttpServer, Traffic>();
const known = new WeakMap<object, Exchange>();

/** The traffic of a server, watched from the first call on: one per server, whoever asks. */
export function trafficOf(server: HttpServer): Traffic {
  const traffic = traffics.get(server) ?? new Traffic(server);
  traffics.set(server, traffic);
  return traffic;
}

/** The exchange a request or a response belongs to, if its server is watched. */
export function exchangeOf(part: HttpRequest | HttpResponse): Exchange | undefined {
  return known.get(part);
}

/**
 * Every request of one server. Stands in front of the server's `emit`: a listener can neither be sure to run first nor
 * keep others from running, and what a stopping server refuses must not reach a handler.
 */
export class Traffic {
  readonly connections = new ConnectionBook((connection) => this.#disconnected(connection));
  readonly exchanges = new Set<Exchange>();
  readonly tally = newTally();
  /** Called whenever an exchange or a connection ends, or an exchange turns out to be a stream. */
  readonly watchers = new Set<() => void>();
  readonly #server: HttpServer;
  readonly #admission: Admission;
  #streamOwner: ((stream: Exchange) => void) | undefined;
  #lameDuck: LameDuck | undefined;
  #lameDuckSince: number | undefined;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(server: HttpServer) {
    this.#server = server;
    this.#admission = new Admission(server);
    const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
    server.emit = (event: string | symbol, ...args: unknown[]) =>
      this.#pass(event, args, () => emit(event, ...args));
  }

  /** Since when the server is a lame duck, in `performance.now()` milliseconds. */
  get lameDuckSince(): number | undefined {
    return this.#lameDuckSince;
  }

  get streamsHaveOwner(): boolean {
    return this.#streamOwner !== undefined;
  }

  get streams(): Exchange[] {
    return [...this.exchanges].filter((exchange) => exchange.isStream);
  }

  get requests(): Exchange[] {
    return [...this.exchanges].filter((exchange) => !exchange.isStream);
  }

  /** Nothing is left but streams and the connections that carry them. */
  get isDrained(): boolean {
    for (const exchange of this.exchanges) if (!exchange.isStream) return false;
    for (const connection of this.connections) if (!carriesStream(connection)) return false;
    return true;
  }

  /** From now on: serve everything but the refused, and tell every client that its connection closes. */
  becomeLameDuck(lameDuck: LameDuck): void {
    const now = performance.now();
    this.#lameDuck = lameDuck;
    this.#lameDuckSince = now;
    for (const connection of this.connections) connection.quietSince = now;
    for (const request of this.requests) this.#expect(request, 'inFlight');
    this.connections.announceClose();
  }

  /** Takes in what has arrived, refuses new connections, and from then on closes each that has been quiet for the linger. */
  async stopListening(halt: AbortSignal): Promise<void> {
    const { lingerMs } = this.#lameDuck ?? { lingerMs: 0 };
    await this.#admission.close(lingerMs / 10, lingerMs, halt);
    this.stopListeningNow();
  }

  stopListeningNow(): void {
    this.#admission.closeNow();
    // After a turn that reads: a request that waits in a socket's buffer must not find the socket closed as quiet.
    this.#sweeper ??= setInterval(() => setImmediate(() => this.#sweep()), SWEEP_MS);
    this.#sweep();
  }

  /** Streams, those open already included, are closed by their owner; without one they end with the drain. */
  takeStreams(owner: (stream: Exchange) => void): void {
    this.#streamOwner = owner;
    for (const stream of this.streams) owner(stream);
  }

  #streamOpened(exchange: Exchange): void {
    if (!this.exchanges.has(exchange)) return;
    if (exchange.expectedAs) this.tally[exchange.expectedAs] -= 1;
    exchange.expectedAs = undefined;
    this.#streamOwner?.(exchange);
    this.#changed();
  }

  #pass(event: string | symbol, args: unknown[], emit: () => boolean): boolean {
    switch (event) {
      case 'connection':
        this.#connected(args[0] as Socket);
        return emit();
      case 'secureConnection':
        this.#secured(args[0] as TLSSocket);
        return emit();
      case 'session':
        this.connections.addSession(args[0] as ServerHttp2Session);
        return emit();
      case 'request':
      case 'checkContinue':
      case 'checkExpectation':
        return this.#requested(args[0] as HttpRequest, args[1] as HttpResponse, emit);
      case 'upgrade':
      case 'connect':
        return this.#upgraded(args[1] as Duplex, emit);
      default:
        return emit();
    }
  }

  #connected(socket: Socket): void {
    this.#lameDuck?.connectionAccepted();
    this.#admission.connectionAccepted();
    if (this.#server instanceof TlsServer) this.connections.beginHandshake(socket);
    else if (!('updateSettings' in this.#server)) this.connections.addSocket(socket);
  }

  #secured(socket: TLSSocket): void {
    this.connections.endHandshake(socket);
    if (socket.alpnProtocol !== 'h2') this.connections.addSocket(socket);
  }

  #requested(request: HttpRequest, response: HttpResponse, emit: () => boolean): boolean {
    if (known.has(request)) return emit();
    const connection = this.connections.of(request);
    // Its last answer was announced: one more would be executed and never answered (RFC 9112 §9.6).
    if (connection instanceof Http1Connection && connection.closeAnnounced) return true;
    const exchange = this.#begin(request, response, connection);
    if (!this.#lameDuck) return emit();
    if (connection instanceof Http2Connection) connection.announceClose();
    if (this.#lameDuck.isRefused(request)) {
      this.tally.refused += 1;
      refuse(response, this.#lameDuck.retryAfterSeconds);
      return true;
    }
    this.#expect(exchange, 'accepted');
    this.#admission.admit(emit);
    return true;
  }

  #begin(request: HttpRequest, response: HttpResponse, connection: Connection): Exchange {
    const exchange = new Exchange(request, response, connection, (stream) => this.#streamOpened(stream));
    known.set(request, exchange);
    known.set(response, exchange);
    this.exchanges.add(exchange);
    connection.exchanges.add(exchange);
    beforeHead(response, (head) => this.#beforeHead(exchange, head));
    response.once('close', () => this.#settle(exchange));
    return exchange;
  }

  #beforeHead(exchange: Exchange, head: ResponseHead): void {
    const { connection, request } = exchange;
    exchange.contentType = head.contentType().toLowerCase();
    const isEventStream = exchange.contentType.startsWith('text/event-stream');
    if (isEventStream && request.method === 'GET') exchange.becomeStream();
    if (!this.#lameDuck || !(connection instanceof Http1Connection)) return;
    if ([...connection.exchanges].at(-1) !== exchange) return;
    head.sayConnectionClose();
    connection.announceClose(this.#lameDuck.lingerMs);
  }

  #expect(exchange: Exchange, count: 'inFlight' | 'accepted'): void {
    exchange.expectedAs = count;
    this.tally[count] += 1;
  }

  #settle(exchange: Exchange): void {
    if (!this.exchanges.delete(exchange)) return;
    exchange.connection.exchanges.delete(exchange);
    exchange.connection.quietSince = performance.now();
    this.#admission.answered();
    if (exchange.expectedAs) this.tally[exchange.outcome()] += 1;
    this.#changed();
  }

  #disconnected(connection: Connection): void {
    for (const exchange of connection.exchanges) this.#settle(exchange);
    if (connection.isCut) this.tally.socketsCut += 1;
    else if (this.#lameDuck) this.tally.socketsClosed += 1;
    this.#changed();
  }

  /** An upgraded socket speaks another protocol: whoever took it closes it. */
  #upgraded(socket: Duplex, emit: () => boolean): boolean {
    this.connections.release(socket);
    this.#changed();
    if (!this.#lameDuck) return emit();
    this.tally.refused += 1;
    refuseUpgrade(socket, this.#lameDuck.retryAfterSeconds);
    return true;
  }

  #changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  #sweep(): void {
    const moment = performance.now() - (this.#lameDuck?.lingerMs ?? 0);
    for (const connection of this.connections) if (connection.isDue(moment)) connection.end();
    if (this.connections.size === 0) clearInterval(this.#sweeper);
  }
}

/** Such a connection is left to whoever closes its streams. */
export function carriesStream({ exchanges }: Connection): boolean {
  for (const exchange of exchanges) if (exchange.isStream) return true;
  return false;
}
