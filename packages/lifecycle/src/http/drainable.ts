import { setTimeout as delay } from 'node:timers/promises';
import type { AnnounceContext, CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';
import { cut, endStream } from './end-exchange.ts';
import type { Exchange } from './exchange.ts';
import type { HttpRequest, HttpServer } from './http-server.ts';
import { asksForEvents } from './refusal.ts';
import { type Traffic, carriesStream, trafficOf } from './traffic.ts';

export interface DrainOptions {
  /** For messages and the report; `http` unless given. */
  readonly name?: string;
  /**
   * The lame-duck window in milliseconds, 100 unless given: how long after the announce, at least, the server goes on
   * accepting, and how long a connection may be quiet before it is closed. Longer than a round trip to the clients.
   */
  readonly lingerMs?: number;
  /** What refused requests are told in `Retry-After`; 1 unless given. */
  readonly retryAfterSeconds?: number;
  /** Which requests, besides upgrades, get 503 from the announce on; unless given, GETs that accept `text/event-stream`. */
  readonly refuse?: (request: HttpRequest) => boolean;
}

/**
 * Lets a server end without losing a request: from the announce on it serves on and tells every client that its connection
 * closes; then it stops accepting, closes quiet, unused and half-open connections, and waits for what is in flight.
 */
export function drainable(server: HttpServer, options: DrainOptions = {}): DrainableServer {
  return new DrainableServer(server, options);
}

export class DrainableServer implements Required<Resource> {
  readonly name: string;
  readonly server: HttpServer;
  readonly #traffic: Traffic;
  readonly #options: DrainOptions;
  readonly #lingerMs: number;
  readonly #forced = new AbortController();

  constructor(server: HttpServer, options: DrainOptions) {
    this.name = options.name ?? 'http';
    this.server = server;
    this.#traffic = trafficOf(server);
    this.#options = options;
    this.#lingerMs = options.lingerMs ?? 100;
  }

  announce(context: AnnounceContext): void {
    this.#traffic.becomeLameDuck({
      lingerMs: this.#lingerMs,
      retryAfterSeconds: this.#options.retryAfterSeconds ?? 1,
      isRefused: this.#options.refuse ?? asksForEvents,
      connectionAccepted: () => context.connectionAccepted(),
    });
  }

  async close(_context: CloseContext): Promise<void> {
    if (this.#traffic.lameDuckSince === undefined) this.announce({ connectionAccepted: () => undefined });
    await this.#linger();
    await this.#traffic.stopListening(this.#forced.signal);
    await this.#until(() => this.#traffic.isDrained);
    if (this.#traffic.streamsHaveOwner) return;
    for (const stream of this.#traffic.streams) endStream(stream);
    await this.#until(() => this.#traffic.connections.size === 0);
  }

  async force(): Promise<void> {
    this.#forced.abort();
    this.#traffic.stopListeningNow();
    await cut(this.#traffic.streamsHaveOwner ? this.#traffic.requests : [...this.#traffic.exchanges]);
    for (const connection of this.#traffic.connections) if (!carriesStream(connection)) connection.destroy();
  }

  waitingFor(): string {
    const requests = this.#traffic.requests.map(describe);
    if (requests.length === 0) return `no request; ${this.#traffic.connections.size} connections are open`;
    const shown = requests.slice(0, 5);
    if (requests.length > shown.length) shown.push(`and ${requests.length - shown.length} more`);
    return `${requests.length} ${requests.length === 1 ? 'request' : 'requests'}: ${shown.join(', ')}`;
  }

  counts(): ResourceCounts {
    return { ...this.#traffic.tally };
  }

  async #linger(): Promise<void> {
    const { signal } = this.#forced;
    const left = (this.#traffic.lameDuckSince ?? 0) + this.#lingerMs - performance.now();
    // Timers may be early by a fraction of a millisecond.
    if (left > 0) await delay(left + 1, undefined, { signal }).catch(() => undefined);
  }

  #until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const { watchers } = this.#traffic;
      const check = (): void => {
        if (!condition()) return;
        watchers.delete(check);
        resolve();
      };
      watchers.add(check);
      check();
    });
  }
}

function describe(exchange: Exchange): string {
  return `${exchange.name} (${((performance.now() - exchange.startedAt) / 1000).toFixed(1)} s)`;
}
