import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface TcpAddress {
  readonly host?: string;
  readonly port: number;
}

/** Both ends of a connection through the proxy. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Nothing passes any more, and both ends stay open. */
  dead: boolean;
}

/**
 * Passes connections on to a server. It can forget them as a load balancer does: a dead connection stays open, takes what is
 * sent, or not even that, and answers nothing. Disposing cuts all connections.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();

  static async start(to: TcpAddress): Promise<TcpProxy> {
    const proxy = new TcpProxy(to);
    await new Promise<void>((resolve, reject) => {
      proxy.#listener.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  private constructor({ host = '127.0.0.1', port }: TcpAddress) {
    this.#listener = createServer((client) =>
      this.#pass({ client, server: connect(port, host), dead: false }),
    );
  }

  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** How many clients are connected, dead connections included. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** How many of them are dead. */
  get deadConnections(): number {
    return [...this.#pairs].filter(({ dead }) => dead).length;
  }

  /** Connections that are open are dead from now on; with `deaf` nobody reads what is sent. New ones work. */
  forgetConnections({ deaf = false }: { readonly deaf?: boolean } = {}): void {
    for (const pair of this.#pairs) {
      pair.dead = true;
      if (deaf) pair.client.pause();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#listener.close(resolve));
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  #pass(pair: Pair): void {
    this.#pairs.add(pair);
    this.#join(pair, pair.client, pair.server);
    this.#join(pair, pair.server, pair.client);
    pair.client.once('close', () => {
      this.#pairs.delete(pair);
      pair.server.destroy();
    });
  }

  #join(pair: Pair, from: Socket, to: Socket): void {
    from.on('data', (chunk) => {
      if (!pair.dead) to.write(chunk);
    });
    from.on('end', () => {
      if (!pair.dead || from === pair.client) to.end();
    });
    from.on('error', () => {
      if (!pair.dead) to.destroy();
    });
    from.on('close', () => {
      if (!pair.dead) to.destroy();
    });
  }
}
