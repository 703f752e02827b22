import type { Clock } from '../../src/clock.ts';
import type { Connection, ConnectOptions, StreamedEvent, Transport } from '../../src/follow/transport.ts';

const EPOCH = 'e1';
const LATENCY_MS = 20;

/** A server with a log of events, and the connections that clients have made to it. All its messages take a moment. */
export class FakeServer {
  readonly ids: string[] = [];
  readonly connections: FakeConnection[] = [];
  up = true;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get head(): string {
    return `${EPOCH}-${this.ids.length}`;
  }

  get current(): FakeConnection | undefined {
    return this.connections.at(-1);
  }

  readonly transport: Transport = (options) => {
    const connection = new FakeConnection(this, this.#clock, options);
    this.connections.push(connection);
    return connection;
  };

  append(count: number): void {
    for (let each = 0; each < count; each += 1) this.ids.push(`${EPOCH}-${this.ids.length + 1}`);
    for (const connection of this.connections) connection.send();
  }
}

function eventOf(id: string): StreamedEvent {
  return { id, event: 'ledger.closed', channels: [], data: {} } as unknown as StreamedEvent;
}

/** A connection that goes on sending after the client has closed it, as a slow network does. */
export class FakeConnection implements Connection {
  closed = false;
  probes = 0;
  /** Whether anything still comes. */
  silent = false;
  readonly #server: FakeServer;
  readonly #clock: Clock;
  readonly #options: ConnectOptions;
  /** How many events of the log were sent; undefined until it has subscribed. */
  #sent: number | undefined;

  constructor(server: FakeServer, clock: Clock, options: ConnectOptions) {
    this.#server = server;
    this.#clock = clock;
    this.#options = options;
    this.#later(() => {
      if (!server.up) return this.lose();
      options.report({ type: 'connected', head: server.head });
      this.#sent = Number(options.cursor()?.split('-')[1]);
      this.#later(() => options.report({ type: 'subscribed' }));
      this.send();
    });
  }

  /** Sends what the log has beyond what was sent. */
  send(): void {
    if (this.#sent === undefined || this.silent) return;
    const ids = this.#server.ids.slice(this.#sent);
    this.#sent += ids.length;
    this.#later(() => {
      for (const id of ids) this.deliver(id);
    });
  }

  deliver(id: string): void {
    this.#options.heard();
    this.#options.deliver(eventOf(id));
  }

  /** Says that everything was sent up to the head, as an answer to a probe does. */
  reach(): void {
    const cursor = this.#server.head;
    if (this.#sent !== undefined && !this.silent)
      this.#later(() => this.#options.report({ type: 'reached', cursor }));
  }

  notice(reconnectAfterMs: number): void {
    this.#later(() => this.#options.report({ type: 'notice', reconnectAfterMs }));
  }

  lose(closeCode?: number, retryAfterMs?: number): void {
    this.silent = true;
    this.#later(() => this.#options.report({ type: 'lost', closeCode, retryAfterMs }));
  }

  resync(oldest: string, statePaths: readonly string[]): void {
    this.#later(() => this.#options.report({ type: 'resync', oldest, statePaths }));
  }

  refuse(code: string, message: string): void {
    this.#later(() => this.#options.report({ type: 'refused', code, message }));
  }

  close(): void {
    this.closed = true;
  }

  probe(): void {
    this.probes += 1;
    if (!this.silent) this.#later(() => this.#options.heard());
  }

  #later(message: () => void): void {
    this.#clock.after(LATENCY_MS, message);
  }
}
