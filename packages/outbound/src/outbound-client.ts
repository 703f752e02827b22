import { systemClock, type Clock } from '@stellar-insights/runtime/time';
import { AddressBook } from './addresses/address-book.ts';
import { dnsLookup, type Lookup } from './addresses/lookup.ts';
import type { Network } from './addresses/network.ts';
import { checkUrl, literalAddress } from './check-url.ts';
import { Connections } from './connections/connections.ts';
import { Deadline } from './deadline.ts';
import { OutboundError } from './errors.ts';
import { Exchange, type ExchangedResponse, type ResponseLimit } from './exchange.ts';

export interface OutboundClientOptions {
  /** What may be reached besides public addresses, e.g. loopback in tests. Default: nothing. */
  readonly allowedNetworks?: readonly Network[];
  /** From the look-up to the last byte of the response. Default: 15,000. */
  readonly deadlineMs?: number;
  /** Of one attempt to connect, TLS included; the next address of the host is tried then. Default: 5000. */
  readonly connectTimeoutMs?: number;
  /** How much of a body is read. Default: 65,536. */
  readonly maxResponseBytes?: number;
  /** Connections to one address of one origin; further requests wait. Default: 64. */
  readonly connections?: number;
  /** Default: asks the system's name servers. */
  readonly lookup?: Lookup;
  /** Certificate authorities in PEM, in place of the system's. */
  readonly ca?: string;
  readonly clock?: Pick<Clock, 'now' | 'after'>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Default: the client's. */
  readonly deadlineMs?: number;
  /** Default: the client's. */
  readonly maxResponseBytes?: number;
  /** A longer body: `fail` with `response_too_large` (default), or `truncate` and close the connection. */
  readonly oversized?: 'fail' | 'truncate';
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, or its beginning if `truncated`. As sent: a compressed body stays compressed. */
  readonly head: Buffer;
  readonly truncated: boolean;
  /** That the request was sent to. */
  readonly address: string;
  readonly latencyMs: number;
}

/**
 * HTTP requests to addresses that users can name. Literals and all addresses that a name resolves to are checked, and the
 * connection goes to a checked one. Redirects are responses like any other, and nothing is decompressed.
 *
 * `request` rejects with `OutboundError`, or with the reason of its signal.
 */
export class OutboundClient implements AsyncDisposable {
  readonly #allowedNetworks: readonly Network[];
  readonly #deadlineMs: number;
  readonly #maxResponseBytes: number;
  readonly #clock: Pick<Clock, 'now' | 'after'>;
  readonly #addressBook: AddressBook;
  readonly #connections: Connections;
  readonly #running = new Set<Promise<OutboundResponse>>();
  #closed: Promise<void> | undefined;

  constructor(options: OutboundClientOptions = {}) {
    this.#allowedNetworks = options.allowedNetworks ?? [];
    this.#deadlineMs = options.deadlineMs ?? 15_000;
    this.#maxResponseBytes = options.maxResponseBytes ?? 65_536;
    this.#clock = options.clock ?? systemClock;
    this.#addressBook = new AddressBook(options.lookup ?? dnsLookup(), this.#allowedNetworks, this.#clock);
    this.#connections = new Connections({
      perAddress: options.connections ?? 64,
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      ca: options.ca,
    });
  }

  async request(request: OutboundRequest): Promise<OutboundResponse> {
    if (this.#closed !== undefined) throw new Error('found a request after close(), expected none');
    const running = this.#run(request);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Accepts no further request; resolves when the running ones have ended. */
  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#connections.close());
    return this.#closed;
  }

  /** Ends the running requests. */
  force(): void {
    const message = 'found the client forced to close, expected a response';
    this.#connections.destroy(new OutboundError('connection_failed', message, { retryable: true }));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(request: OutboundRequest): Promise<OutboundResponse> {
    const url = checkUrl(request.url, this.#allowedNetworks);
    const started = this.#clock.now();
    using deadline = new Deadline(request.deadlineMs ?? this.#deadlineMs, this.#clock, request.signal);
    const limit: ResponseLimit = {
      maxResponseBytes: request.maxResponseBytes ?? this.#maxResponseBytes,
      oversized: request.oversized ?? 'fail',
    };
    const addresses = await this.#addressesOf(url, deadline);
    const { address, response } = await this.#firstThatConnects(url, addresses, request, limit, deadline);
    return {
      status: response.status,
      headers: response.headers,
      head: response.body,
      truncated: response.truncated,
      address,
      latencyMs: this.#clock.now() - started,
    };
  }

  async #addressesOf(url: URL, deadline: Deadline): Promise<readonly string[]> {
    const literal = literalAddress(url);
    if (literal !== undefined) return [literal];
    const addresses = this.#addressBook.addressesOf(url.hostname);
    return addresses instanceof Promise
      ? await deadline.race(addresses, `addresses of ${url.hostname}`)
      : addresses;
  }

  /** Goes to the next address only while nothing was sent. */
  async #firstThatConnects(
    url: URL,
    addresses: readonly string[],
    request: OutboundRequest,
    limit: ResponseLimit,
    deadline: Deadline,
  ): Promise<{ address: string; response: ExchangedResponse }> {
    for (const [index, address] of addresses.entries()) {
      const exchange = new Exchange(address, limit, deadline.signal);
      try {
        const response = await exchange.run(this.#connections.poolOf(url, address), {
          method: request.method,
          path: url.pathname + url.search,
          headers: { 'accept-encoding': 'identity', ...request.headers },
          body: request.body ?? null,
        });
        return { address, response };
      } catch (error) {
        const last = index === addresses.length - 1;
        const unconnected =
          !exchange.sent && error instanceof OutboundError && error.code === 'connection_failed';
        if (last || !unconnected) {
          throw deadline.explain(error, `${exchange.stage} at ${address}`, {
            address,
            status: exchange.status,
          });
        }
      }
    }
    throw new Error('found no address, expected at least one');
  }
}
