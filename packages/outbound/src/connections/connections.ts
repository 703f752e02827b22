import { Pool } from 'undici';
import { literalAddress } from '../check-url.ts';
import { connectorTo, type ConnectorOptions } from './connector.ts';

export interface ConnectionsOptions extends ConnectorOptions {
  /** To one address of one origin, at a time. */
  readonly perAddress: number;
}

/** Addresses of origins with a pool. Beyond it, the least recently used pool closes when its requests have ended. */
const MOST_POOLS = 1000;

/** Idle connections close before servers with Node's default of 5 s close them, so that few requests meet a closing one. */
const IDLE_MS = 4000;

/**
 * Keep-alive connections, pooled by origin and address. A host that moves gets a pool of its new address; that of the
 * old one is used no more, and its connections close when they are idle.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #pools = new Map<string, Pool>();
  /** Pools that others replaced, until their requests have ended. */
  readonly #closing = new Set<Pool>();
  #destroyed: Error | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Throws the error that it was destroyed with. */
  poolOf(url: URL, address: string): Pool {
    if (this.#destroyed !== undefined) throw this.#destroyed;
    const key = `${url.origin} ${address}`;
    const pool = this.#pools.get(key) ?? this.#open(url, address);
    // A map iterates in the order of insertion, so its first pool is the least recently used.
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    if (this.#pools.size > MOST_POOLS) this.#retireOldest();
    return pool;
  }

  /** Resolves when all requests have ended. */
  async close(): Promise<void> {
    const pools = [...this.#pools.values(), ...this.#closing];
    await Promise.all(pools.filter(({ destroyed }) => !destroyed).map((pool) => pool.close()));
  }

  /** Ends all connections and requests. */
  destroy(error: Error): void {
    this.#destroyed = error;
    for (const pool of [...this.#pools.values(), ...this.#closing]) void pool.destroy(error);
  }

  #open(url: URL, address: string): Pool {
    const name = literalAddress(url) === undefined ? url.hostname : undefined;
    return new Pool(url.origin, {
      connect: connectorTo(address, name, this.#options),
      connections: this.#options.perAddress,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      // One deadline limits a request as a whole.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  #retireOldest(): void {
    const oldest = this.#pools.entries().next().value;
    if (oldest === undefined) return;
    const [key, pool] = oldest;
    this.#pools.delete(key);
    this.#closing.add(pool);
    void pool.close().finally(() => this.#closing.delete(pool));
  }
}
