import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onTestFinished } from 'vitest';

/** The other end of a connection, seeing every byte and how it ends. */
export class RawPeer {
  readonly socket: Socket;
  received = '';
  /** How the connection ended: `end` in peace, else the error's code. */
  readonly closed: Promise<string>;

  constructor(socket: Socket) {
    this.socket = socket;
    let ending = 'end';
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      ending = error.code ?? error.message;
    });
    this.closed = once(socket, 'close').then(() => ending);
    onTestFinished(() => void socket.destroy());
  }

  send(text: string): void {
    this.socket.write(text);
  }

  async receivedMatch(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.received)) {
      if (this.socket.closed) throw new Error(`closed without ${pattern}: ${this.received}`);
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
  }
}

export async function rawPeer(port: number, { tls = false } = {}): Promise<RawPeer> {
  const socket = tls
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    : connect({ port, host: '127.0.0.1' });
  const peer = new RawPeer(socket);
  await once(socket, tls ? 'secureConnect' : 'connect');
  return peer;
}

/** A complete HTTP/1.1 request. */
export function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}
