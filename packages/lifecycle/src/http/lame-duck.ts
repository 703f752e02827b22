import type { Duplex } from 'node:stream';
import type { AnnounceContext } from '../resources/resource.ts';
import { AcceptGate } from './accept-gate.ts';
import { type Connection, Http1Connection, Http2Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';
import type { HttpRequest } from './http-server.ts';
import { refuse, refuseUpgrade } from './refusal.ts';
import type { ResponseHead } from './response-head.ts';
import { TrafficCounts } from './traffic-counts.ts';
import type { Traffic, TrafficRules } from './traffic.ts';
import type { Upgrade } from './upgrade.ts';

export interface LameDuckOptions {
  /** How long a connection may be quiet before it is closed, in milliseconds. */
  readonly lingerMs: number;
  readonly retryAfterSeconds: number;
  readonly isRefused: (request: HttpRequest) => boolean;
}

const SWEEP_MS = 10;

/**
 * The rules of a server that stops. accepting ── stopListening() ──► draining
 *
 * accepting: everything but upgrades and streams is served, and every client learns that its connection closes. draining:
 * nobody connects any more, and each connection that is quiet for the linger is closed.
 */
export class LameDuck implements TrafficRules {
  readonly counts = new TrafficCounts();
  /** By the clock. */
  readonly since: number;
  readonly #traffic: Traffic;
  readonly #options: LameDuckOptions;
  readonly #context: AnnounceContext;
  readonly #gate: AcceptGate;
  /** What the hook threw; without its answer a request is served. */
  hookError: unknown;
  /** Under which count the end of an exchange is expected. */
  readonly #expected = new Map<Exchange | Upgrade, 'inFlight' | 'accepted'>();
  #isSweeping = false;

  constructor(traffic: Traffic, options: LameDuckOptions, context: AnnounceContext) {
    this.since = traffic.clock.now();
    this.#traffic = traffic;
    this.#options = options;
    this.#context = context;
    this.#gate = new AcceptGate(traffic.server, traffic.clock);
    for (const connection of traffic.connections) connection.quietSince = this.since;
    for (const each of [...traffic.requests, ...traffic.upgrades]) this.#expect(each, 'inFlight');
    traffic.connections.announceClose();
    traffic.rules = this;
  }

  /** Takes in what has arrived, and then refuses new connections. */
  async stopListening(forced: AbortSignal): Promise<void> {
    const { lingerMs } = this.#options;
    await this.#gate.close(lingerMs / 10, lingerMs, forced);
    this.stopListeningNow();
  }

  stopListeningNow(): void {
    this.#gate.closeNow();
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    this.#sweep();
  }

  connectionAccepted(): void {
    this.#context.connectionAccepted();
    this.#gate.connectionAccepted();
  }

  onRequest(exchange: Exchange, serve: () => void): void {
    if (exchange.connection instanceof Http2Connection) exchange.connection.announceClose();
    if (this.#isRefused(exchange.request)) {
      this.counts.refused += 1;
      refuse(exchange.response, this.#options.retryAfterSeconds);
    } else {
      this.#expect(exchange, 'accepted');
      this.#gate.admit(serve);
    }
  }

  onUpgrade(socket: Duplex): void {
    this.counts.refused += 1;
    refuseUpgrade(socket, this.#options.retryAfterSeconds);
  }

  /** On HTTP/1 the answer to the last request of a connection says that the connection closes. */
  onHead(exchange: Exchange, head: ResponseHead): void {
    const { connection } = exchange;
    if (!(connection instanceof Http1Connection) || [...connection.exchanges].at(-1) !== exchange) return;
    head.sayConnectionClose();
    connection.announceClose(this.#options.lingerMs);
  }

  onStream(exchange: Exchange): void {
    const expectedAs = this.#expected.get(exchange);
    if (expectedAs) this.counts[expectedAs] -= 1;
    this.#expected.delete(exchange);
  }

  onEnd(ended: Exchange | Upgrade): void {
    this.#gate.answered();
    if (this.#expected.delete(ended)) this.counts[ended.ending()] += 1;
  }

  onDisconnect(connection: Connection): void {
    this.counts[connection.isCut ? 'socketsCut' : 'socketsClosed'] += 1;
  }

  #isRefused(request: HttpRequest): boolean {
    try {
      return this.#options.isRefused(request);
    } catch (error) {
      this.hookError ??= error;
      return false;
    }
  }

  #expect(exchange: Exchange | Upgrade, count: 'inFlight' | 'accepted'): void {
    this.#expected.set(exchange, count);
    this.counts[count] += 1;
  }

  #sweep(): void {
    const { clock, connections } = this.#traffic;
    const moment = clock.now() - this.#options.lingerMs;
    for (const connection of connections) if (connection.isDue(moment)) connection.end();
    if (connections.size === 0) return;
    // After a turn that reads: a request that waits in a socket's buffer must not find the socket closed as quiet.
    clock.after(SWEEP_MS, () => setImmediate(() => this.#sweep()));
  }
}
