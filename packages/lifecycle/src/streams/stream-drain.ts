import { setTimeout as delay } from 'node:timers/promises';
import type { CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';

/** A client on a long-lived connection. Whoever knows it calls `leave` once it is gone. */
export interface FarewellClient {
  /** Tells it that the server goes away. */
  notify(): void;
  /** Asks it to go. */
  close(): void;
  terminate(): void;
}

export interface FarewellOptions {
  /** How many clients are closed in a second, if the time left allows it; 1000 unless given. */
  readonly clientsPerSecond?: number;
  /** How long a closed client may take to go before it is terminated, in milliseconds; 1000 unless given. */
  readonly closeTimeoutMs?: number;
}

/** No client is closed sooner than this after its notice. */
const MIN_NOTICE_MS = 500;
/** Kept of the budget for what closing itself takes. */
const MARGIN_MS = 100;
const TICK_MS = 10;

/**
 * Parts from long-lived clients. Everyone is notified in the moment of the announce; then they are closed one after
 * another, at a pace that fits the time left; who does not go is terminated.
 */
export class Farewell implements Required<Resource> {
  readonly name: string;
  readonly #clients = new Set<FarewellClient>();
  readonly #closing = new Map<FarewellClient, NodeJS.Timeout>();
  readonly #forced = new AbortController();
  readonly #perSecond: number;
  readonly #closeTimeoutMs: number;
  #lastNoticeAt: number | undefined;
  readonly #counts = { clients: 0, closed: 0, terminated: 0, left: 0 };
  #emptied = (): void => undefined;

  constructor(name: string, options: FarewellOptions) {
    this.name = name;
    this.#perSecond = options.clientsPerSecond ?? 1000;
    this.#closeTimeoutMs = options.closeTimeoutMs ?? 1000;
  }

  join(client: FarewellClient): void {
    this.#clients.add(client);
    if (this.#lastNoticeAt !== undefined) this.#notify([client]);
  }

  leave(client: FarewellClient): void {
    if (!this.#clients.has(client)) return;
    if (this.#closing.has(client)) this.#counts.closed += 1;
    else if (this.#lastNoticeAt !== undefined) this.#counts.left += 1;
    this.#forget(client);
  }

  announce(): void {
    this.#notify([...this.#clients]);
  }

  async close(context: CloseContext): Promise<void> {
    if (this.#lastNoticeAt === undefined) this.announce();
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    if (this.#clients.size === 0) return;
    await this.#evict(context);
    await emptied;
  }

  force(): void {
    this.#forced.abort();
    for (const client of this.#clients) this.#terminate(client);
  }

  waitingFor(): string {
    return `${this.#clients.size} clients, ${this.#closing.size} of them asked to go`;
  }

  /** `clients`, at the announce or since, `= closed + terminated + left`; `left` are those that went by themselves. */
  counts(): ResourceCounts {
    return { ...this.#counts };
  }

  #notify(clients: readonly FarewellClient[]): void {
    this.#lastNoticeAt = performance.now();
    this.#counts.clients += clients.length;
    for (const client of clients) client.notify();
  }

  async #evict(context: CloseContext): Promise<void> {
    await this.#pause((this.#lastNoticeAt ?? 0) + MIN_NOTICE_MS - performance.now());
    const end = performance.now() + context.remaining() - this.#closeTimeoutMs - MARGIN_MS;
    const queue = [...this.#clients];
    while (queue.length > 0 && !this.#forced.signal.aborted) {
      const ticksLeft = Math.max(1, Math.floor((end - performance.now()) / TICK_MS));
      const share = Math.max((this.#perSecond * TICK_MS) / 1000, queue.length / ticksLeft);
      for (const client of queue.splice(0, Math.ceil(share))) this.#closeOne(client, context.remaining());
      if (queue.length > 0) await this.#pause(TICK_MS);
    }
  }

  #closeOne(client: FarewellClient, remaining: number): void {
    if (!this.#clients.has(client)) return;
    const bound = Math.min(this.#closeTimeoutMs, Math.max(0, remaining - MARGIN_MS));
    this.#closing.set(
      client,
      setTimeout(() => this.#terminate(client), bound),
    );
    client.close();
  }

  #terminate(client: FarewellClient): void {
    this.#counts.terminated += 1;
    this.#forget(client);
    client.terminate();
  }

  #forget(client: FarewellClient): void {
    clearTimeout(this.#closing.get(client));
    this.#closing.delete(client);
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#emptied();
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await delay(ms, undefined, { signal: this.#forced.signal }).catch(() => undefined);
  }
}
