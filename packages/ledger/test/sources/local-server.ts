import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LakeFiles } from './lake-files.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A real HTTP server on loopback; what it answers can change while it runs. */
export class LocalServer implements AsyncDisposable {
  handler: Handler;
  /** Method, path and query of every request that came. */
  readonly requests: string[] = [];
  readonly #server = createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    void this.handler(request, response);
  });

  private constructor(handler: Handler) {
    this.handler = handler;
  }

  static async start(handler: Handler): Promise<LocalServer> {
    const server = new LocalServer(handler);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Serves a lake's files under a path prefix, 404 elsewhere. */
export function serveFiles(files: LakeFiles, prefix = '/'): Handler {
  return (request, response) => {
    const path = request.url ?? '';
    const bytes = path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined;
    response.statusCode = bytes ? 200 : 404;
    response.end(bytes ?? 'no such key');
  };
}
