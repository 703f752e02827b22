import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends equal requests over so many connections, each the next one when the answer has come. Of an answer it reads the status and
 * the length alone, so it costs little beside the server that is measured.
 */
export class RawLoad implements AsyncDisposable {
  readonly #request: Buffer;
  readonly #sockets: readonly Socket[];

  private constructor(request: Buffer, sockets: readonly Socket[]) {
    this.#request = request;
    this.#sockets = sockets;
  }

  static async open({ port, path, headers = {} }: Target, connections: number): Promise<RawLoad> {
    const lines = Object.entries({ Host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1').setNoDelay(true));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return new RawLoad(request, sockets);
  }

  /** Milliseconds for so many requests together. */
  async send(requests: number): Promise<number> {
    let left = requests;
    const begin = performance.now();
    await Promise.all(this.#sockets.map((socket) => this.#lane(socket, () => left-- > 0)));
    return performance.now() - begin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#sockets.map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #lane(socket: Socket, takesAnother: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let missing = 0;
      const next = (): void => {
        if (takesAnother()) {
          socket.write(this.#request);
          return;
        }
        socket.off('data', onData).off('error', reject);
        resolve();
      };
      const onData = (chunk: Buffer): void => {
        if (missing === 0) missing = lengthOf(chunk);
        missing -= chunk.byteLength;
        if (missing === 0) next();
        else if (!(missing > 0))
          reject(new RangeError(`found ${chunk.toString('latin1', 0, 200)}, expected an answer with 200`));
      };
      socket.on('data', onData).on('error', reject);
      next();
    });
  }
}

/** Of head and body; NaN of any answer but 200. Node sends a head at once. */
function lengthOf(answer: Buffer): number {
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200 ')) return Number.NaN;
  return end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1]);
}
