import { checkNumbers } from '../environment/check-options.ts';
import { systemClock, type Clock } from '../host/clock.ts';
import type { CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';
import { type Attempt, type NoticeOptions, type ShutdownNotice, noticeFor } from '../streams/notice.ts';
import { StreamDrain, type StreamClient, type StreamDrainOptions } from '../streams/stream-drain.ts';
import { UnseenClientsError } from './errors.ts';
import { type WebSocketLike, type WebSocketServerLike, refuseHandshakes } from './web-socket-server.ts';

export interface WebSocketOptions<Client> extends StreamDrainOptions, NoticeOptions<Client> {
  /** For messages and the report. Default: `websocket`. */
  readonly name?: string;
  /** The notice as it goes over the wire. Default: `{"type":"server_shutdown", …}` as JSON. */
  readonly frame?: (notice: ShutdownNotice, client: Client) => string;
  /** The reason that goes with code 1012, cut at 123 bytes. Default: the notice's delay and last id. */
  readonly reason?: (notice: ShutdownNotice, client: Client) => string;
  /** What refused upgrades get in `Retry-After`. Default: 1. */
  readonly retryAfterSeconds?: number;
}

/** "Service Restart": the client may come back (RFC 6455 §11.7, IANA registry). */
const SERVICE_RESTART = 1012;
const OPEN = 1;
/** A close frame holds 125 bytes, two of them the code. */
const MAX_REASON_BYTES = 123;

/**
 * Closes the clients of a `ws` server: each gets a notice at the announce, later code 1012, one after another, and
 * `terminate()` if it does not answer. Upgrades from the announce on get 503 with `Retry-After`.
 */
export function webSockets<Client extends WebSocketLike>(
  server: WebSocketServerLike<Client>,
  options: WebSocketOptions<Client> = {},
): Required<Resource> {
  return new WebSockets(server, options);
}

class WebSockets<Client extends WebSocketLike> implements Required<Resource> {
  readonly name: string;
  readonly #server: WebSocketServerLike<Client>;
  readonly #options: WebSocketOptions<Client>;
  readonly #drain: StreamDrain;
  readonly #joined = new WeakSet<Client>();

  constructor(server: WebSocketServerLike<Client>, options: WebSocketOptions<Client>) {
    checkNumbers(options, 'retryAfterSeconds');
    this.name = options.name ?? 'websocket';
    this.#server = server;
    this.#options = options;
    this.#drain = new StreamDrain(this.name, options);
    // Such a server need not even emit `connection`: that of Socket.IO does not.
    if ((server.clients as unknown) === undefined) throw new UnseenClientsError();
    server.on('connection', (client) => this.#join(client));
  }

  announce(): void {
    refuseHandshakes(this.#server, this.#options.retryAfterSeconds ?? 1);
    for (const client of this.#server.clients) this.#join(client);
    this.#drain.announce();
  }

  async close(context: CloseContext): Promise<void> {
    await this.#drain.close(context);
    this.#server.close();
  }

  force(): void {
    this.#drain.force();
  }

  waitingFor(): string {
    return this.#drain.waitingFor();
  }

  counts(): ResourceCounts {
    return this.#drain.counts();
  }

  #join(socket: Client): void {
    if (this.#joined.has(socket)) return;
    this.#joined.add(socket);
    const client = new WebSocketClient(socket, this.#options, (hook) => this.#drain.attempt(hook));
    socket.once('close', () => this.#drain.leave(client));
    this.#drain.join(client);
  }
}

class WebSocketClient<Client extends WebSocketLike> implements StreamClient {
  readonly #socket: Client;
  readonly #options: WebSocketOptions<Client>;
  readonly #clock: Clock;
  readonly #attempt: Attempt;

  constructor(socket: Client, options: WebSocketOptions<Client>, attempt: Attempt) {
    this.#socket = socket;
    this.#options = options;
    this.#attempt = attempt;
    this.#clock = options.clock ?? systemClock;
  }

  notify(): void {
    if (this.#socket.readyState !== OPEN) return;
    const notice = noticeFor(this.#socket, this.#options, this.#clock, this.#attempt);
    const frame = this.#attempt(() => this.#options.frame?.(notice, this.#socket));
    this.#socket.send(frame ?? JSON.stringify({ type: 'server_shutdown', ...notice }));
  }

  close(): void {
    const notice = noticeFor(this.#socket, this.#options, this.#clock, this.#attempt);
    const given = this.#attempt(() => this.#options.reason?.(notice, this.#socket));
    const reason = this.#attempt(() => fit(given ?? reasonOf(notice)));
    this.#socket.close(SERVICE_RESTART, reason ?? 'restart');
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

function reasonOf({ reconnect_after_ms, last_id }: ShutdownNotice): string {
  const resume = last_id === undefined ? '' : `; last_id=${last_id}`;
  return `restart; reconnect_after_ms=${reconnect_after_ms}${resume}`;
}

/** Cuts after the last whole character that fits. */
function fit(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(MAX_REASON_BYTES));
  return reason.slice(0, read);
}
