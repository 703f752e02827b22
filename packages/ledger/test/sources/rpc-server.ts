import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { LedgerCloseMeta } from '@stellar/stellar-sdk/xdr';
import { LocalServer } from './local-server.ts';
import { smallLedger } from './small-ledger.ts';

export interface RpcRequest {
  readonly jsonrpc: string;
  readonly id: number;
  readonly method: string;
  readonly params?: { startLedger?: number; pagination?: { cursor?: string; limit?: number } };
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string } | null;
}

/** Answers a request by itself, or leaves it (`undefined`) to the well-behaved server. */
export type Misbehaviour = (request: RpcRequest, response: ServerResponse) => Answer | 'answered' | undefined;

/** A Stellar RPC on loopback that keeps the ledgers from `oldest` to `latest`. */
export class RpcServer implements AsyncDisposable {
  oldest = 100;
  latest = 130;
  maxLimit = 200;
  misbehave: Misbehaviour = () => undefined;
  ledger: (sequence: number) => Uint8Array = smallLedger;
  readonly calls: RpcRequest[] = [];
  /** The headers of every call. */
  readonly headers: IncomingHttpHeaders[] = [];
  readonly #server: LocalServer;

  private constructor(server: LocalServer) {
    this.#server = server;
  }

  static async start(settings: Partial<Omit<RpcServer, 'calls'>> = {}): Promise<RpcServer> {
    const local = await LocalServer.start(() => {});
    const server = Object.assign(new RpcServer(local), settings);
    local.handler = (request, response) => server.#handle(request, response);
    return server;
  }

  get url(): string {
    return this.#server.url;
  }

  /** The parameters of every call of a method. */
  paramsOf(method: string): RpcRequest['params'][] {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }

  openConnections(): Promise<number> {
    return this.#server.openConnections();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }

  entry(sequence: number) {
    const bytes = Buffer.from(this.ledger(sequence));
    const meta = LedgerCloseMeta.fromXdr(bytes);
    const header = meta.value.ledgerHeader;
    return {
      hash: header.hash.toXdr('hex'),
      sequence,
      ledgerCloseTime: String(header.header.scpValue.closeTime),
      headerXdr: header.toXdr('base64'),
      metadataXdr: bytes.toString('base64'),
    };
  }

  page(first: number, count: number) {
    const ledgers = Array.from({ length: count }, (_, index) => this.entry(first + index));
    return {
      ledgers,
      latestLedger: this.latest,
      oldestLedger: this.oldest,
      cursor: String(first + count - 1),
    };
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = JSON.parse(await text(request)) as RpcRequest;
    this.calls.push(call);
    this.headers.push(request.headers);
    const answer = this.misbehave(call, response) ?? this.#answer(call);
    if (answer === 'answered') return;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ jsonrpc: '2.0', id: call.id, ...answer }));
  }

  #answer({ method, params }: RpcRequest): Answer {
    const { oldest: oldestLedger, latest: latestLedger } = this;
    if (method === 'getLedgers') return this.#getLedgers(params ?? {});
    if (params !== undefined) return { error: { code: -32602, message: 'no parameters accepted' } };
    if (method === 'getNetwork') return { result: { passphrase: 'Test network', protocolVersion: 23 } };
    if (method === 'getHealth') return { result: { status: 'healthy', latestLedger, oldestLedger } };
    return { error: { code: -32601, message: 'no such method' } };
  }

  #getLedgers({
    startLedger,
    pagination: { cursor, limit = 50 } = {},
  }: NonNullable<RpcRequest['params']>): Answer {
    const refuse = (code: number, message: string) => ({ error: { code, message } });
    if (cursor !== undefined && startLedger !== undefined) return refuse(-32600, 'startLedger and cursor');
    if (limit > this.maxLimit) return refuse(-32600, `limit must not exceed ${this.maxLimit}`);
    const first = cursor === undefined ? Number(startLedger) : Number(cursor) + 1;
    if (first < this.oldest || first > this.latest) {
      return refuse(
        cursor === undefined ? -32600 : -32602,
        `must be between ${this.oldest} and ${this.latest}`,
      );
    }
    return { result: this.page(first, Math.min(limit, this.latest - first + 1)) };
  }
}
