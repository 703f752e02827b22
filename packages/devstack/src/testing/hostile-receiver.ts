import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { EXPIRED_CERTIFICATE, SERVER_KEY, VALID_CERTIFICATE } from './certificates.ts';

/** What a receiver does with a request. */
export type Behaviour =
  /** 204. */
  | 'accept'
  /** 500. */
  | 'fail'
  /** 410. */
  | 'gone'
  /** 429 with `Retry-After: 1`. */
  | 'throttle'
  /** 307 to its own path `/redirected`. */
  | 'redirect'
  /** Reads the request and never answers. */
  | 'stall'
  /** Closes with a TCP reset. */
  | 'reset'
  /** Closes in the middle of its answer. */
  | 'hang-up'
  /** 200 at once, then a byte of the body a second. */
  | 'drip'
  /** A byte of the answer a second, from its first line on. */
  | 'drip-head'
  /** 200 with a body of a gigabyte. */
  | 'gigabyte'
  /** 200 with 8 MiB in 8 KiB of gzip. */
  | 'bomb'
  /** Something that is not HTTP. */
  | 'garbage';

export interface ReceivedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface HostileReceiverOptions {
  /** Called once the request has arrived; here a test records what it saw. Default: accepts all. */
  readonly decide?: (request: ReceivedRequest) => Behaviour;
  /** Default: plain HTTP. `TEST_AUTHORITY` signed both certificates. */
  readonly certificate?: 'valid' | 'expired';
}

const BYTE_MS = 1000;
const GIGABYTE = 2 ** 30;
const CHUNK = Buffer.alloc(65_536, 'x');
const BOMB = gzipSync(Buffer.alloc(8 * 2 ** 20));
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** An HTTP server on 127.0.0.1 that treats each request as its test decides. Disposing ends all connections. */
export class HostileReceiver implements AsyncDisposable {
  readonly #decide: (request: ReceivedRequest) => Behaviour;
  readonly #secure: boolean;
  readonly #server: Server & { closeAllConnections(): void };
  #connections = 0;
  #open = 0;

  static async start(options: HostileReceiverOptions = {}): Promise<HostileReceiver> {
    const receiver = new HostileReceiver(options);
    await new Promise<void>((resolve, reject) => {
      receiver.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return receiver;
  }

  private constructor({ decide = () => 'accept', certificate }: HostileReceiverOptions) {
    this.#decide = decide;
    this.#secure = certificate !== undefined;
    const cert = certificate === 'expired' ? EXPIRED_CERTIFICATE : VALID_CERTIFICATE;
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      void this.#receive(request, response).catch(() => response.destroy());
    };
    this.#server = this.#secure
      ? createHttpsServer({ key: SERVER_KEY, cert }, answer)
      : createHttpServer(answer);
    this.#server.on('connection', (socket: Socket) => {
      this.#connections++;
      this.#open++;
      socket.once('close', () => this.#open--);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections it has accepted so far. */
  get connections(): number {
    return this.#connections;
  }

  /** How many of them are open. */
  get openConnections(): number {
    return this.#open;
  }

  url(path = '/', host = '127.0.0.1'): string {
    return `${this.#secure ? 'https' : 'http'}://${host}:${this.port}${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    this.#behave(this.#decide({ method, path, headers, body: Buffer.concat(chunks) }), response);
  }

  #behave(behaviour: Behaviour, response: ServerResponse): void {
    const { socket } = response;
    switch (behaviour) {
      case 'accept':
        return void response.writeHead(204).end();
      case 'fail':
        return void response.writeHead(500).end('it failed');
      case 'gone':
        return void response.writeHead(410).end();
      case 'throttle':
        return void response.writeHead(429, { 'retry-after': '1' }).end();
      case 'redirect':
        return void response.writeHead(307, { location: this.url('/redirected') }).end();
      case 'stall':
        return;
      case 'reset':
        return void socket?.resetAndDestroy();
      case 'hang-up':
        response.writeHead(200, { 'content-length': '100' }).write('half');
        return void socket?.end();
      case 'drip':
        response.writeHead(200, { 'content-length': String(GIGABYTE) }).flushHeaders();
        return dripping(response, () => response.write('x'));
      case 'drip-head': {
        let sent = 0;
        return dripping(response, () => socket?.write(ANSWER.charAt(sent++ % ANSWER.length)));
      }
      case 'gigabyte':
        return pour(response);
      case 'bomb':
        return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
      case 'garbage':
        return void socket?.end('250 no HTTP here\r\n');
    }
  }
}

function dripping(response: ServerResponse, drip: () => void): void {
  const timer = setInterval(drip, BYTE_MS);
  response.once('close', () => clearInterval(timer));
}

function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': String(GIGABYTE) });
  let left = GIGABYTE;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK.length;
      if (!response.write(CHUNK)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}
