import type { IncomingMessage } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Server as TlsServer, type TLSSocket } from 'node:tls';
import { systemClock, type Clock } from '../host/clock.ts';
import { beginWork } from '../host/work.ts';
import { ConnectionTracker } from './connection-tracker.ts';
import { type Connection, Http1Connection } from './connection.ts';
import { Exchange } from './exchange.ts';
import { type HttpRequest, type HttpResponse, type HttpServer, isHttp2 } from './http-server.ts';
import { type ResponseHead, beforeHead } from './response-head.ts';
import { Upgrade } from './upgrade.ts';

/** Decides what becomes of the traffic, from the announce of a stop on. Without rules everything is served. */
export interface TrafficRules {
  connectionAccepted(): void;
  /** Calls `serve` now or later, or answers the request itself. */
  onRequest(exchange: Exchange, serve: () => void): void;
  /** Answers the upgrade itself. */
  onUpgrade(socket: Duplex): void;
  /** The head of an answer is about to be written. */
  onHead(exchange: Exchange, head: ResponseHead): void;
  /** An exchange turned out to be a stream. */
  onStream(exchange: Exchange): void;
  onEnd(ended: Exchange | Upgrade): void;
  onDisconnect(connection: Connection): void;
}

const traffics = new WeakMap<HttpServer, Traffic>();
const exchanges = new WeakMap<object, Exchange>();

/** The traffic of a server, observed from the first call on: one per server, and so one clock. */
export function trafficOf(server: HttpServer, clock = systemClock): Traffic {
  const traffic = traffics.get(server) ?? new Traffic(server, clock);
  traffics.set(server, traffic);
  return traffic;
}

/** The exchange that a request or a response belongs to, if its server is observed. */
export function exchangeOf(part: HttpRequest | HttpResponse): Exchange | undefined {
  return exchanges.get(part);
}

/**
 * Every connection and request of one server. Stands in front of the server's `emit`: a listener can neither be sure to
 * run first nor keep others from running, and what a stopping server refuses must not reach a handler.
 */
export class Traffic {
  readonly server: HttpServer;
  readonly clock: Clock;
  readonly connections: ConnectionTracker;
  readonly exchanges = new Set<Exchange>();
  /** Those in flight. */
  readonly upgrades = new Set<Upgrade>();
  rules: TrafficRules | undefined;
  readonly #watchers = new Set<() => void>();
  readonly #handedOver = new Set<Upgrade>();
  #streamOwner: ((stream: Exchange) => void) | undefined;

  constructor(server: HttpServer, clock: Clock) {
    this.server = server;
    this.clock = clock;
    this.connections = new ConnectionTracker(clock, (connection) => this.#disconnected(connection));
    const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean;
    server.emit = (event: string | symbol, ...args: unknown[]) =>
      this.#pass(event, args, () => emit(event, ...args));
  }

  get streams(): Exchange[] {
    return [...this.exchanges].filter((exchange) => exchange.isStream);
  }

  get requests(): Exchange[] {
    return [...this.exchanges].filter((exchange) => !exchange.isStream);
  }

  /** How many sockets speak another protocol now; who speaks it has to close them. */
  get handedOver(): number {
    return [...this.#handedOver].filter(({ isOpen }) => isOpen).length;
  }

  get streamsHaveOwner(): boolean {
    return this.#streamOwner !== undefined;
  }

  /** Nothing is left but streams and the connections that carry them. */
  get isDrained(): boolean {
    if (this.upgrades.size > 0) return false;
    for (const exchange of this.exchanges) if (!exchange.isStream) return false;
    for (const connection of this.connections) if (!connection.carriesStream) return false;
    return true;
  }

  /** Streams, including those that are open already, are closed by their owner; without one they end with the drain. */
  takeStreams(owner: (stream: Exchange) => void): void {
    this.#streamOwner = owner;
    for (const stream of this.streams) owner(stream);
  }

  /** Resolves once the condition holds, which may change whenever an exchange or a connection does. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  /** Returns what `emit` returns: whether anybody has taken the event. */
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
        // Over HTTP/2 a CONNECT has a response like any other request.
        if (isHttp2(args[0] as HttpRequest)) {
          return this.#requested(args[0] as HttpRequest, args[1] as HttpResponse, emit);
        }
        return this.#upgraded(args[0] as IncomingMessage, args[1] as Duplex, emit);
      default:
        return emit();
    }
  }

  #connected(socket: Socket): void {
    this.rules?.connectionAccepted();
    if (this.server instanceof TlsServer) this.connections.beginHandshake(socket);
    else if (!('updateSettings' in this.server)) this.connections.addSocket(socket);
  }

  #secured(socket: TLSSocket): void {
    this.connections.endHandshake(socket);
    if (socket.alpnProtocol !== 'h2') this.connections.addSocket(socket);
  }

  #requested(request: HttpRequest, response: HttpResponse, emit: () => boolean): boolean {
    if (exchanges.has(request)) return emit();
    const connection = this.connections.of(request);
    // Its last answer was announced: one more would be executed and never answered (RFC 9112 §9.6).
    if (connection instanceof Http1Connection && connection.closeAnnounced) return true;
    const exchange = this.#begin(request, response, connection);
    const serve = (): boolean => beginWork(exchange.work, emit);
    if (!this.rules) return serve();
    this.rules.onRequest(exchange, serve);
    return true;
  }

  #begin(request: HttpRequest, response: HttpResponse, connection: Connection): Exchange {
    const exchange = new Exchange({ request, response, connection }, this.clock.now(), (stream) =>
      this.#streamOpened(stream),
    );
    exchanges.set(request, exchange);
    exchanges.set(response, exchange);
    this.exchanges.add(exchange);
    connection.exchanges.add(exchange);
    beforeHead(response, (head) => {
      exchange.contentType = head.contentType().toLowerCase();
      const isEventStream = exchange.contentType.startsWith('text/event-stream');
      if (isEventStream && request.method === 'GET') exchange.becomeStream();
      this.rules?.onHead(exchange, head);
    });
    response.once('close', () => this.#ended(exchange));
    return exchange;
  }

  #streamOpened(exchange: Exchange): void {
    if (!this.exchanges.has(exchange)) return;
    this.rules?.onStream(exchange);
    this.#streamOwner?.(exchange);
    this.#changed();
  }

  #ended(exchange: Exchange): void {
    if (!this.exchanges.delete(exchange)) return;
    exchange.work.isOver = true;
    exchange.connection.settle(exchange);
    this.rules?.onEnd(exchange);
    this.#changed();
  }

  #disconnected(connection: Connection): void {
    for (const exchange of connection.exchanges) this.#ended(exchange);
    this.rules?.onDisconnect(connection);
    this.#changed();
  }

  #upgraded(request: IncomingMessage, socket: Duplex, emit: () => boolean): boolean {
    this.connections.release(socket);
    if (this.rules) this.rules.onUpgrade(socket);
    else this.upgrades.add(new Upgrade(request, socket, this.clock.now(), (each) => this.#settled(each)));
    this.#changed();
    return this.rules ? true : emit();
  }

  #settled(upgrade: Upgrade): void {
    if (!upgrade.isOpen) this.#handedOver.delete(upgrade);
    if (!this.upgrades.delete(upgrade)) return;
    if (upgrade.isOpen) this.#handedOver.add(upgrade);
    this.rules?.onEnd(upgrade);
    this.#changed();
  }

  #changed(): void {
    for (const watcher of this.#watchers) watcher();
  }
}
