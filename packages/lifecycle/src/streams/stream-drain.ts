import { checkNumbers } from '../environment/check-options.ts';
import { systemClock, type Clock } from '../host/clock.ts';
import { StreamClientsError } from './errors.ts';
import type { CloseContext, Resource, ResourceCounts } from '../resources/resource.ts';

/** A client on a long-lived connection. The adapter that knows it calls `leave` once it is gone. */
export interface StreamClient {
  /** Sends it the notice that the server goes away. */
  notify(): void;
  /** Asks it to go. */
  close(): void;
  terminate(): void;
}

export interface StreamDrainOptions {
  /** How many clients are closed in a second, if the time left allows it. Default: 1000. */
  readonly clientsPerSecond?: number;
  /** How long a closed client may take to go before it is terminated, in milliseconds. Default: 1000. */
  readonly closeTimeoutMs?: number;
  /** The lifecycle's clock. Default: the clock of the system. */
  readonly clock?: Clock;
}

/** No client is closed sooner than this after its notice. */
const MIN_NOTICE_MS = 500;
/** Kept of the budget for what closing itself takes. */
const MARGIN_MS = 100;
const TICK_MS = 10;

/**
 * Closes long-lived clients. serving ── announce() ──► notified ── close() ──► closing ── the last client left ──► empty
 *
 * notified: every client has the notice; one that joins gets it at once. closing: clients are closed one after another, at
 * a pace that fits the time left; one that does not go is terminated.
 */
export class StreamDrain implements Required<Resource> {
  readonly name: string;
  readonly #clients = new Set<StreamClient>();
  /** What cancels the termination of each client that was closed. */
  readonly #closing = new Map<StreamClient, () => void>();
  readonly #forced = new AbortController();
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #closeTimeoutMs: number;
  #lastNoticeAt: number | undefined;
  readonly #counts = { clients: 0, closed: 0, terminated: 0, left: 0 };
  readonly #errors: unknown[] = [];
  #onEmpty = (): void => undefined;

  constructor(name: string, options: StreamDrainOptions) {
    checkNumbers(options, 'clientsPerSecond', 'closeTimeoutMs');
    this.name = name;
    this.#clock = options.clock ?? systemClock;
    this.#perSecond = options.clientsPerSecond ?? 1000;
    this.#closeTimeoutMs = options.closeTimeoutMs ?? 1000;
  }

  join(client: StreamClient): void {
    this.#clients.add(client);
    if (this.#lastNoticeAt !== undefined) this.#notify([client]);
  }

  leave(client: StreamClient): void {
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
    if (this.#clients.size > 0) {
      const empty = new Promise<void>((resolve) => (this.#onEmpty = resolve));
      await this.#closeAll(context);
      await empty;
    }
    if (this.#errors.length > 0) throw new StreamClientsError(this.#errors);
  }

  /** Calls what is of one client. If it throws, that client goes without, the others notice nothing, and `close` rejects. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#errors.push(error);
      return undefined;
    }
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

  #notify(clients: readonly StreamClient[]): void {
    this.#lastNoticeAt = this.#clock.now();
    this.#counts.clients += clients.length;
    for (const client of clients) this.attempt(() => client.notify());
  }

  async #closeAll(context: CloseContext): Promise<void> {
    const clock = this.#clock;
    await this.#pause((this.#lastNoticeAt ?? 0) + MIN_NOTICE_MS - clock.now());
    const end = clock.now() + context.remaining() - this.#closeTimeoutMs - MARGIN_MS;
    const queue = [...this.#clients];
    while (queue.length > 0 && !this.#forced.signal.aborted) {
      const ticksLeft = Math.max(1, Math.floor((end - clock.now()) / TICK_MS));
      const share = Math.max((this.#perSecond * TICK_MS) / 1000, queue.length / ticksLeft);
      for (const client of queue.splice(0, Math.ceil(share))) this.#closeOne(client, context.remaining());
      if (queue.length > 0) await this.#pause(TICK_MS);
    }
  }

  #closeOne(client: StreamClient, remaining: number): void {
    if (!this.#clients.has(client)) return;
    const bound = Math.min(this.#closeTimeoutMs, Math.max(0, remaining - MARGIN_MS));
    this.#closing.set(
      client,
      this.#clock.after(bound, () => this.#terminate(client)),
    );
    this.attempt(() => client.close());
  }

  #terminate(client: StreamClient): void {
    this.#counts.terminated += 1;
    this.#forget(client);
    this.attempt(() => client.terminate());
  }

  #forget(client: StreamClient): void {
    this.#closing.get(client)?.();
    this.#closing.delete(client);
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#onEmpty();
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await this.#clock.sleep(ms, this.#forced.signal).catch(() => undefined);
  }
}
