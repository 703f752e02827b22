import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { HANG_UP, text, type Answer, type Service } from './service.ts';

export interface Address {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

const MAX_BODY_BYTES = 1024 * 1024;

/** Several services behind one port, each under a first path segment of its own. */
export class HttpServer implements AsyncDisposable {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #closed: Promise<unknown> | undefined;

  private constructor(services: ReadonlyMap<string, Service>) {
    this.#services = services;
  }

  static async listen(services: ReadonlyMap<string, Service>, { host, port }: Address): Promise<HttpServer> {
    const server = new HttpServer(services);
    server.#server.listen(port, host);
    await once(server.#server, 'listening');
    return server;
  }

  /** Without a slash at its end. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server is closed.');
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${host}:${address.port}`;
  }

  /** Ends requests in flight without an answer, as a server that is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = once(this.#server, 'close');
      this.#server.close();
      this.#server.closeAllConnections();
    }
    await this.#closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer | typeof HANG_UP;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      answer = text(500, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (answer === HANG_UP) response.destroy();
    else response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
  }

  async #answer(request: IncomingMessage): Promise<Answer | typeof HANG_UP> {
    const origin = request.headers.host === undefined ? this.url : `http://${request.headers.host}`;
    const url = URL.parse(`${origin}${request.url ?? '/'}`);
    if (url === null) return text(400, `The address ${request.url} is not one.`);
    const [, mount = ''] = url.pathname.split('/', 2);
    const service = this.#services.get(mount);
    if (service === undefined) {
      return text(404, `Nothing is served under /${mount}; try ${[...this.#services.keys()].join(', ')}.`);
    }
    const body = await readBody(request);
    if (body === null) return text(413, `The body has more than ${MAX_BODY_BYTES} bytes.`);
    return service({
      method: request.method ?? 'GET',
      base: `${url.origin}/${mount}`,
      path: url.pathname.slice(mount.length + 1),
      query: url.searchParams,
      contentType: request.headers['content-type'] ?? '',
      body,
    });
  }
}

/** Null if it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    received += chunk.length;
    if (received <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return received > MAX_BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8');
}
