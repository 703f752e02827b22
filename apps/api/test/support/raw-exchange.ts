import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Sends exactly these bytes and reads until the server ends the connection. */
export async function rawExchange(port: number, bytes: string): Promise<Response> {
  const [answer = new Response(null, { status: 599 })] = await rawExchanges(port, bytes);
  return answer;
}

/** All answers to these bytes, in order. The server has to end the connection. */
export async function rawExchanges(port: number, bytes: string): Promise<Response[]> {
  const client = await RawClient.connect(port);
  client.send(bytes);
  const code = await client.closed;
  if (code !== undefined)
    throw new Error(`found ${code}, expected the server to end the connection in peace`);
  return client.answers;
}

/** Longer bodies are counted, not kept. */
const LONGEST_KEPT = 100_000;

interface PartialAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly length: number;
  readonly body: Buffer[];
  received: number;
}

/** A client that sees each byte. */
export class RawClient {
  readonly socket: Socket;
  /** The whole answers that have come; those with long bodies are without them. */
  readonly answers: Response[] = [];
  /** Resolves to how the connection ended: undefined in peace, else the code of the error. */
  readonly closed: Promise<string | undefined>;
  #unread: Buffer = Buffer.alloc(0);
  #partial: PartialAnswer | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    let ending: string | undefined;
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (ending = code));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(ending)));
    socket.on('data', (chunk: Buffer) => {
      this.#unread = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
      while (this.#takeAnswer());
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(connect({ port, host: '127.0.0.1' }));
    await once(client.socket, 'connect');
    return client;
  }

  send(bytes: string): void {
    this.socket.write(bytes, 'latin1');
  }

  /** Each answer has a length, or no body. Returns whether there may be another one. */
  #takeAnswer(): boolean {
    const partial = (this.#partial ??= this.#takeHead());
    if (partial === undefined) return false;
    const piece = this.#unread.subarray(0, partial.length - partial.received);
    this.#unread = this.#unread.subarray(piece.length);
    partial.received += piece.length;
    if (partial.length <= LONGEST_KEPT) partial.body.push(piece);
    if (partial.received < partial.length) return false;
    const { status, headers, body } = partial;
    this.#partial = undefined;
    // `100 Continue` is no answer.
    if (status >= 200) {
      this.answers.push(new Response(status === 204 ? null : Buffer.concat(body), { status, headers }));
    }
    return true;
  }

  #takeHead(): PartialAnswer | undefined {
    const length = this.#unread.indexOf('\r\n\r\n');
    if (length < 0) return undefined;
    const [first = '', ...lines] = this.#unread.toString('latin1', 0, length).split('\r\n');
    this.#unread = this.#unread.subarray(length + 4);
    const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]));
    const status = Number(first.split(' ')[1]);
    return { status, headers, length: Number(headers.get('content-length') ?? 0), body: [], received: 0 };
  }
}
