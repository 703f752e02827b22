import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyWebhook, WebhookVerificationError } from '@stellar-insights/client';

/** A request that arrived, and what became of it. */
export interface Delivery {
  readonly receivedAt: Date;
  readonly bytes: number;
  /** `webhook-id`. */
  readonly id: string | undefined;
  /** Whether the id arrived before, within the last 10,000. */
  readonly again: boolean;
  /** `unchecked`: there is no secret to check it with. */
  readonly verdict: 'verified' | 'refused' | 'unchecked';
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The body as JSON, or as text if it is none. */
  readonly body: unknown;
}

export interface ReceiverOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Read at each request. */
  readonly secrets: readonly string[];
  readonly onDelivery: (delivery: Delivery) => void;
}

const MOST_BYTES = 2 ** 20;
const KNOWN_IDS = 10_000;

/** An HTTP server that takes webhooks: 204 for what it verifies, or for everything without a secret; else 400. */
export class Receiver implements AsyncDisposable {
  readonly #options: ReceiverOptions;
  readonly #server: Server;
  readonly #ids = new Set<string>();

  /** Rejects with the error of the socket, e.g. EADDRINUSE. */
  static async start(options: ReceiverOptions): Promise<Receiver> {
    const receiver = new Receiver(options);
    receiver.#server.listen(options.port, options.host);
    await once(receiver.#server, 'listening');
    return receiver;
  }

  private constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#receive(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
    const body = await readBody(request);
    if (body === undefined) return void response.writeHead(413).end();
    const delivery = await this.#judge(request, body);
    response.writeHead(delivery.verdict === 'refused' ? 400 : 204).end();
    this.#options.onDelivery(delivery);
  }

  async #judge({ headers }: IncomingMessage, body: Buffer): Promise<Delivery> {
    const { secrets } = this.#options;
    const id = headers['webhook-id']?.toString();
    const arrived = { receivedAt: new Date(), bytes: body.length, id };
    if (secrets.length === 0) {
      return {
        ...arrived,
        again: this.#isKnown(id),
        verdict: 'unchecked',
        error: undefined,
        body: parsed(body),
      };
    }
    try {
      const event = await verifyWebhook({ headers, body, secrets });
      return { ...arrived, again: this.#isKnown(id), verdict: 'verified', error: undefined, body: event };
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      const { code, message } = error;
      // A refused request must not make a real one with its id look like a repetition.
      return { ...arrived, again: false, verdict: 'refused', error: { code, message }, body: parsed(body) };
    }
  }

  #isKnown(id: string | undefined): boolean {
    if (id === undefined) return false;
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > KNOWN_IDS && oldest !== undefined) this.#ids.delete(oldest);
    return false;
  }
}

/** Undefined if it is longer than a webhook can be; then none of it is kept. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= MOST_BYTES ? Buffer.concat(chunks) : undefined;
}

function parsed(body: Buffer): unknown {
  const text = body.toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
