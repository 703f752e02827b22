import type { Channel } from '@stellar-insights/contract';
import type { Clock } from '../clock.ts';
import { initialState, isConnected, nextState, type FollowInput, type FollowState } from './follow-state.ts';
import type { Connection, StreamedEvent, Transport } from './transport.ts';

export interface FollowerOptions {
  readonly transport: Transport;
  readonly channels: readonly Channel[];
  readonly after: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** How many events wait for the consumer at most. */
  readonly bufferSize: number;
  readonly onState: ((state: FollowState) => void) | undefined;
  readonly clock: Clock;
}

/** After one silent interval the server is probed, after two in a row the connection is lost. */
const SILENCE_MS = 20_000;

const NEVER_STARTED: FollowState = {
  kind: 'ended',
  cursor: undefined,
  failures: 0,
  connections: 0,
  error: undefined,
};

/**
 * Carries out what `FollowState` decides: connections, the timer, and the buffer from which the consumer takes. It begins
 * with the first `next`. When the buffer is full, the connection is closed; it is made again, from the last event in the
 * buffer, once the consumer has taken half of them.
 */
export class Follower implements AsyncIterableIterator<StreamedEvent, undefined> {
  readonly #options: FollowerOptions;
  readonly #clock: Clock;
  #state: FollowState | undefined;
  #buffer: StreamedEvent[] = [];
  /** Set while the consumer waits. */
  #change: PromiseWithResolvers<void> | undefined;
  #connection: Connection | undefined;
  #cancelTimer: (() => unknown) | undefined;
  #cancelWatch: (() => unknown) | undefined;
  #thrown = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<StreamedEvent, undefined>> {
    if (this.#state === undefined) this.#start();
    for (;;) {
      const event = this.#buffer.shift();
      if (event !== undefined) {
        if (this.#buffer.length <= this.#options.bufferSize / 2) this.#apply({ type: 'drained' });
        return { value: event, done: false };
      }
      if (this.#state?.kind === 'ended') return this.#end(this.#state.error);
      this.#change ??= Promise.withResolvers();
      await this.#change.promise;
    }
  }

  async return(): Promise<IteratorResult<StreamedEvent, undefined>> {
    if (this.#state === undefined) this.#state = NEVER_STARTED;
    else this.#stop();
    return { value: undefined, done: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #start(): void {
    const { after, signal } = this.#options;
    if (signal?.aborted) this.#state = NEVER_STARTED;
    else {
      signal?.addEventListener('abort', this.#stop, { once: true });
      this.#enter(initialState(after, this.#clock));
    }
  }

  /** Events that the consumer has not taken are dropped: it does not want any more. */
  readonly #stop = (): void => {
    this.#buffer = [];
    this.#apply({ type: 'stop' });
  };

  #end(error: Error | undefined): IteratorResult<StreamedEvent, undefined> {
    if (error === undefined || this.#thrown) return { value: undefined, done: true };
    this.#thrown = true;
    throw error;
  }

  #apply(input: FollowInput): void {
    if (this.#state !== undefined) this.#enter(nextState(this.#state, input, this.#clock));
  }

  /** Makes the surroundings those of the state. */
  #enter(state: FollowState): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    const connected = isConnected(state);
    const isNew = connected && state.connections !== before?.connections;
    if (isNew || !connected) this.#disconnect();
    this.#setTimer('dueAt' in state ? state.dueAt : undefined);
    if (isNew) this.#connect(state.connections);
    if (state.kind === 'ended') this.#options.signal?.removeEventListener('abort', this.#stop);
    this.#wake();
    if (state.kind !== before?.kind) this.#options.onState?.(state);
  }

  #connect(connection: number): void {
    const { transport, channels } = this.#options;
    let heard = false;
    this.#connection = transport({
      channels,
      cursor: () => this.#state?.cursor,
      heard: () => void (heard = true),
      report: (report) => this.#apply({ ...report, connection }),
      deliver: (event) => this.#accept(event, connection),
    });
    const watch = (silences: number): void => {
      this.#cancelWatch = this.#clock.after(SILENCE_MS, () => {
        if (!heard && silences > 0) return this.#apply({ type: 'lost', connection });
        if (!heard) this.#connection?.probe();
        const next = heard ? 0 : silences + 1;
        heard = false;
        watch(next);
      });
    };
    watch(0);
  }

  #accept(event: StreamedEvent, connection: number): void {
    const before = this.#state;
    this.#apply({ type: 'event', id: event.id, connection });
    if (this.#state === before || this.#state?.kind === 'ended') return;
    this.#buffer.push(event);
    if (this.#buffer.length >= this.#options.bufferSize) this.#apply({ type: 'full' });
  }

  #disconnect(): void {
    this.#cancelWatch?.();
    this.#connection?.close();
    this.#connection = undefined;
  }

  #setTimer(dueAt: number | undefined): void {
    this.#cancelTimer?.();
    this.#cancelTimer =
      dueAt === undefined
        ? undefined
        : this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => this.#apply({ type: 'due' }));
  }

  #wake(): void {
    this.#change?.resolve();
    this.#change = undefined;
  }
}
