import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type Client, type FollowOptions } from '@stellar-insights/client';

export type Transport = NonNullable<FollowOptions['transport']>;

/** Someone who follows everything, and the ids of what came. */
interface Member {
  readonly name: string;
  readonly ids: number[];
}

export interface CrowdOptions {
  /** The replicas. A client takes the next one for each connection, as behind a load balancer. */
  readonly ports: readonly number[];
  readonly webSockets: number;
  readonly eventStreams: number;
  /** Clients that connect again and again. */
  readonly restless: number;
  /** Where all begin. */
  readonly after: string;
}

/** How long a restless client stays connected. */
const RESTLESS_MS = 150;

/** Clients that follow the log through whatever happens to the replicas. */
export class Crowd implements AsyncDisposable {
  readonly members: Member[] = [];
  /** What ended a client that was not asked to end. */
  readonly errors: string[] = [];
  /** Connections made so far. */
  connections = 0;
  readonly #ports: readonly number[];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[] = [];

  constructor({ ports, webSockets, eventStreams, restless, after }: CrowdOptions) {
    this.#ports = ports;
    const add = (
      count: number,
      name: string,
      run: (member: Member, number: number) => Promise<void>,
    ): void => {
      for (let number = 0; number < count; number += 1) {
        const member: Member = { name: `${name} ${number}`, ids: [] };
        this.members.push(member);
        this.#running.push(run(member, number).catch((error: unknown) => this.#failed(member, error)));
      }
    };
    add(webSockets, 'websocket', (member, number) =>
      this.#follow(member, this.#clientOf(number), 'websocket', after),
    );
    add(eventStreams, 'sse', (member, number) => this.#follow(member, this.#clientOf(number), 'sse', after));
    add(restless, 'restless', (member, number) =>
      this.#reconnect(member, this.#clientOf(number), number % 2 === 0 ? 'websocket' : 'sse', after),
    );
  }

  /** Whether all have so many events. */
  haveAll(count: number): boolean {
    return this.members.every(({ ids }) => ids.length >= count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  async #follow(
    { ids }: Member,
    client: Client,
    transport: Transport,
    after: string,
    signal = this.#stop.signal,
  ): Promise<void> {
    for await (const { id } of client.follow({ after, transport, signal })) ids.push(numberOf(id));
  }

  async #reconnect(member: Member, client: Client, transport: Transport, after: string): Promise<void> {
    const [epoch] = after.split('-');
    while (!this.#stop.signal.aborted) {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(RESTLESS_MS)]);
      await this.#follow(member, client, transport, `${epoch}-${member.ids.at(-1) ?? 0}`, signal);
      await sleep(1);
    }
  }

  #clientOf(number: number): Client {
    let turn = number;
    const next = (url: string | URL): string => {
      const address = new URL(url);
      address.port = String(this.#ports[turn++ % this.#ports.length]);
      this.connections += 1;
      return address.href;
    };
    return createClient({
      url: 'http://127.0.0.1',
      fetch: (url, init) => fetch(next(url), init),
      WebSocket: class extends WebSocket {
        constructor(url: string | URL) {
          super(next(url));
        }
      },
    });
  }

  #failed({ name }: Member, error: unknown): void {
    this.errors.push(`${name}: ${String(error)}`);
  }
}

function numberOf(id: string): number {
  return Number(id.split('-')[1]);
}
