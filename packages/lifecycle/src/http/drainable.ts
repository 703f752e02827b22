import { once } from 'node:events';
import type { ListenOptions } from 'node:net';
import { checkNumbers } from '../environment/check-options.ts';
import type { Clock } from '../host/clock.ts';
import type { AnnounceContext, CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';
import { cutAll, type Exchange } from './exchange.ts';
import type { HttpRequest, HttpServer } from './http-server.ts';
import { LameDuck } from './lame-duck.ts';
import { asksForEvents } from './refusal.ts';
import { TrafficCounts } from './traffic-counts.ts';
import { type Traffic, trafficOf } from './traffic.ts';
import type { Upgrade } from './upgrade.ts';

export interface DrainOptions {
  /** For messages and the report. Default: `http`. */
  readonly name?: string;
  /**
   * The lame-duck window in milliseconds: how long after the announce, at least, the server goes on accepting, and how long
   * a connection may be quiet before it is closed. Longer than a round trip to the clients. Default: 100.
   */
  readonly lingerMs?: number;
  /** What refused requests get in `Retry-After`. Default: 1. */
  readonly retryAfterSeconds?: number;
  /** Which requests, besides upgrades, get 503 from the announce on. Default: GETs that accept `text/event-stream`. */
  readonly refuse?: (request: HttpRequest) => boolean;
  /** The lifecycle's clock; the first one given for a server counts. Default: the clock of the system. */
  readonly clock?: Clock;
}

/** Listens on a port (0: any free one) or with the options of `net.Server.listen`. Resolves once it listens; rejects if it cannot. */
export async function listen(
  server: HttpServer,
  where: number | ListenOptions,
  options: DrainOptions = {},
): Promise<DrainableServer> {
  const resource = new DrainableServer(server, options);
  const listening = once(server, 'listening');
  server.listen(typeof where === 'number' ? { port: where } : where);
  await listening;
  return resource;
}

/**
 * Lets a server end without losing a request: from the announce on it still serves and tells every client that its
 * connection closes; then it stops accepting, closes quiet, unused and half-open connections, and waits for what is in
 * flight.
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
  /** Set from the announce on. */
  #lameDuck: LameDuck | undefined;

  constructor(server: HttpServer, options: DrainOptions) {
    checkNumbers(options, 'lingerMs', 'retryAfterSeconds');
    this.name = options.name ?? 'http';
    this.server = server;
    this.#traffic = trafficOf(server, options.clock);
    this.#options = options;
    this.#lingerMs = options.lingerMs ?? 100;
  }

  announce(context: AnnounceContext): void {
    this.#becomeLameDuck(context);
  }

  async close(_context: CloseContext): Promise<void> {
    const traffic = this.#traffic;
    const lameDuck = this.#becomeLameDuck();
    await this.#linger(lameDuck);
    await lameDuck.stopListening(this.#forced.signal);
    await traffic.until(() => traffic.isDrained);
    if (!traffic.streamsHaveOwner) {
      for (const stream of traffic.streams) stream.endStream();
      await traffic.until(() => traffic.connections.size === 0);
    }
    if (lameDuck.hookError !== undefined) throw lameDuck.hookError;
  }

  async force(): Promise<void> {
    this.#forced.abort();
    this.#becomeLameDuck().stopListeningNow();
    const { requests, exchanges, upgrades, connections, streamsHaveOwner } = this.#traffic;
    for (const upgrade of upgrades) upgrade.cut();
    await cutAll(streamsHaveOwner ? requests : [...exchanges]);
    for (const connection of connections) if (!connection.carriesStream) connection.destroy();
  }

  waitingFor(): string {
    const { connections, upgrades } = this.#traffic;
    const requests = [...this.#traffic.requests, ...upgrades];
    if (requests.length === 0) return `no request; ${connections.size} connections are open`;
    const shown = requests.slice(0, 5).map((request) => this.#describe(request));
    if (requests.length > shown.length) shown.push(`and ${requests.length - shown.length} more`);
    return `${requests.length} ${requests.length === 1 ? 'request' : 'requests'}: ${shown.join(', ')}`;
  }

  counts(): ResourceCounts {
    const counts = this.#lameDuck?.counts ?? new TrafficCounts();
    return { ...Object.fromEntries(Object.entries(counts)), handedOver: this.#traffic.handedOver };
  }

  #becomeLameDuck(context: AnnounceContext = { connectionAccepted: () => undefined }): LameDuck {
    const { retryAfterSeconds = 1, refuse: isRefused = asksForEvents } = this.#options;
    const options = { lingerMs: this.#lingerMs, retryAfterSeconds, isRefused };
    return (this.#lameDuck ??= new LameDuck(this.#traffic, options, context));
  }

  async #linger({ since }: LameDuck): Promise<void> {
    const { clock } = this.#traffic;
    const left = since + this.#lingerMs - clock.now();
    // Timers may be early by a fraction of a millisecond.
    if (left > 0) await clock.sleep(left + 1, this.#forced.signal).catch(() => undefined);
  }

  #describe({ name, startedAt }: Exchange | Upgrade): string {
    return `${name} (${((this.#traffic.clock.now() - startedAt) / 1000).toFixed(1)} s)`;
  }
}
