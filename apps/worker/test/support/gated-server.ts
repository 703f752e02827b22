import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes GET requests on to a server. While it is closed, they wait. */
export class GatedServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: string;
  #opened = Promise.resolve();
  #open: () => void = () => undefined;
  /** Requests without an answer. */
  waiting = 0;

  static async start(target: string): Promise<GatedServer> {
    const gate = new GatedServer(target);
    await new Promise<void>((resolve) => void gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#pass(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#opened = new Promise((resolve) => (this.#open = resolve));
  }

  open(): void {
    this.#open();
  }

  async #pass({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    this.waiting++;
    response.once('close', () => this.waiting--);
    await this.#opened;
    const answer = await fetch(`${this.#target}${url}`);
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      'latest-ledger': answer.headers.get('latest-ledger') ?? '',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
