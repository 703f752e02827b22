import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** The lines of a proper upgrade, by name; tests leave some out or change them. */
export const UPGRADE = {
  Host: 'localhost',
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export function upgradeRequest(headers: Readonly<Record<string, string>> = UPGRADE, target = '/ws'): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

export interface FrameBits {
  readonly opcode: number;
  readonly payload?: Buffer | string;
  /** Default: true. */
  readonly fin?: boolean;
  /** Default: true. */
  readonly masked?: boolean;
  readonly rsv1?: boolean;
  /** What the header says, if it is not the payload's. */
  readonly length?: number;
}

/** One frame of RFC 6455 §5.2, right or wrong; the mask is zero. */
export function frame({
  opcode,
  payload = '',
  fin = true,
  masked = true,
  rsv1 = false,
  length,
}: FrameBits): Buffer {
  const bytes = Buffer.from(payload);
  const size = length ?? bytes.length;
  const [short, extended] =
    size < 126 ? [size, Buffer.alloc(0)] : size < 65_536 ? [126, uint(size, 2)] : [127, uint(size, 8)];
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode, (masked ? 0x80 : 0) | short]);
  return Buffer.concat([head, extended, Buffer.alloc(masked ? 4 : 0), bytes]);
}

function uint(value: number, size: 2 | 8): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 2) bytes.writeUInt16BE(value);
  else bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** A client that says what no WebSocket library would say. */
export class RawWebSocket {
  readonly socket: Socket;
  readonly ended: Promise<unknown>;
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => (this.#received = Buffer.concat([this.#received, bytes])));
    this.ended = once(socket, 'close');
    onTestFinished(() => void socket.destroy());
  }

  static async connect(port: number, request = upgradeRequest()): Promise<RawWebSocket> {
    const raw = new RawWebSocket(connect({ port, host: '127.0.0.1' }));
    await once(raw.socket, 'connect');
    raw.socket.write(request);
    return raw;
  }

  /** The head of the answer and what followed it, until now. */
  get received(): string {
    return this.#received.toString('latin1');
  }

  /** The code of the close frame at the end of what was received; undefined if there is none. */
  get closeCode(): number | undefined {
    let at = this.#received.indexOf('\r\n\r\n') + 4;
    while (at + 2 <= this.#received.length) {
      const opcode = (this.#received[at] ?? 0) & 15;
      const short = this.#received[at + 1] ?? 0;
      const [size, start] = this.#lengthOf(short, at + 2);
      if (opcode === 8) return this.#received.readUInt16BE(start);
      at = start + size;
    }
    return undefined;
  }

  /** The length of a payload and where it begins. */
  #lengthOf(short: number, at: number): [number, number] {
    if (short === 126) return [this.#received.readUInt16BE(at), at + 2];
    if (short === 127) return [Number(this.#received.readBigUInt64BE(at)), at + 8];
    return [short, at];
  }
}
