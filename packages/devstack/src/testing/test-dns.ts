import { createSocket, type Socket } from 'node:dgram';
import { isIPv4 } from 'node:net';

export interface DnsQuestion {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** How often this name and type were asked before. */
  readonly asked: number;
}

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };
const HEADER_BYTES = 12;
const TTL_SECONDS = 300;

/** A name server on 127.0.0.1 over UDP. It answers what its test decides, also something else at each question. */
export class TestDns implements AsyncDisposable {
  readonly #answer: (question: DnsQuestion) => readonly string[] | undefined;
  readonly #socket: Socket = createSocket('udp4');
  readonly #asked = new Map<string, number>();

  /** @param answer addresses of the question's type; none means that there are none; undefined: no answer comes. */
  static async start(answer: (question: DnsQuestion) => readonly string[] | undefined): Promise<TestDns> {
    const dns = new TestDns(answer);
    await new Promise<void>((resolve) => {
      dns.#socket.bind(0, '127.0.0.1', resolve);
    });
    return dns;
  }

  private constructor(answer: (question: DnsQuestion) => readonly string[] | undefined) {
    this.#answer = answer;
    this.#socket.on('message', (query, { port, address }) => {
      const response = this.#respond(query);
      if (response !== undefined) this.#socket.send(response, port, address);
    });
  }

  /** As `Resolver.setServers` takes it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.close(resolve);
    });
  }

  #respond(query: Buffer): Buffer | undefined {
    const { name, end } = readName(query, HEADER_BYTES);
    const type = TYPES[query.readUInt16BE(end)];
    if (type === undefined) return undefined;
    const key = `${type} ${name}`;
    const asked = this.#asked.get(key) ?? 0;
    this.#asked.set(key, asked + 1);
    const addresses = this.#answer({ name, type, asked });
    if (addresses === undefined) return undefined;
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    // A response, recursion available, no error; one question, these answers, nothing else.
    header.writeUInt16BE(0x81_80, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    header.fill(0, 8);
    return Buffer.concat([header, query.subarray(HEADER_BYTES, end + 4), ...addresses.map(record)]);
  }
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message.readUInt8(at); length !== 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** An answer to the question's name, to which its first two bytes point. */
function record(address: string): Buffer {
  const ipv4 = isIPv4(address);
  const data = ipv4 ? Buffer.from(address.split('.').map(Number)) : ipv6Bytes(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc0_0c, 0);
  head.writeUInt16BE(ipv4 ? 1 : 28, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function ipv6Bytes(address: string): Buffer {
  // The URL parser writes an address with an IPv4 ending in hexadecimal.
  const [front = '', back = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const head = front.split(':').filter((group) => group !== '');
  const tail = back.split(':').filter((group) => group !== '');
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
