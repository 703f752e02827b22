import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '@stellar-insights/db';
import { readEvents, readHead, ResyncRequiredError, watchLog, type LogHead } from '@stellar-insights/db/log';
import type { Resource } from '@stellar-insights/lifecycle';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import { ChannelIndex } from './channel-index.ts';
import { EventRing, type RingLimits } from './event-ring.ts';
import { Follower, type FollowerContext } from './follower.ts';
import { LogPages } from './log-pages.ts';
import type { Outlet } from './outlet.ts';
import type { RealtimeMetrics } from './realtime-metrics.ts';
import { RingEvent } from './ring-event.ts';

export interface BroadcasterParts {
  readonly ring: RingLimits;
  readonly metrics: RealtimeMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** Called every second while it runs. */
  readonly onSecond: (now: number) => void;
}

/** A row of a large ledger. What is written in one turn must not fill the buffer of a client that reads at once. */
const PAGE = { limit: 500, maxBytes: 1_048_576 };
const RETRY_MS = 250;
const SECOND_MS = 1000;
/** After so many deliveries everything else gets its turn. */
const TURN = 1000;

/**
 * Reads the end of the event log into a ring and delivers each event to those who follow one of its channels. All clients
 * of this process share this one reader.
 */
export class Broadcaster implements Resource {
  readonly name = 'realtime-broadcast';
  readonly ring: EventRing;
  readonly followers = new Set<Follower>();
  readonly #index = new ChannelIndex<Follower>();
  readonly #metrics: RealtimeMetrics;
  readonly #clock: Clock;
  readonly #onSecond: (now: number) => void;
  readonly #reminder: ErrorReminder;
  readonly #stopped = new AbortController();
  /** Those whose frames are held back until the end of the turn. */
  #corked: Follower[] = [];
  #pages: LogPages | undefined;
  #running: Promise<unknown> = Promise.resolve();
  readonly #context: FollowerContext;

  constructor({ ring, metrics, clock, log, onSecond }: BroadcasterParts) {
    this.ring = new EventRing(ring);
    this.#metrics = metrics;
    this.#clock = clock;
    this.#onSecond = onSecond;
    this.#reminder = new ErrorReminder(log, { task: this.name }, clock);
    this.#context = {
      ring: this.ring,
      clock,
      index: (follower, channel, isFollowed) => this.#index[isFollowed ? 'add' : 'remove'](channel, follower),
      readPage: async (after, channels, isWanted) =>
        (await this.#pages?.read(after, channels, isWanted)) ?? null,
      resumed: (from) => metrics.resumed(from),
      delivered: (kind) => metrics.delivered(kind),
      resynced: () => metrics.resynced(),
      closedSlow: (kind) => metrics.closed(kind, 'slow'),
      readFailed: (error) => this.#failed(error),
    };
    metrics.watch(this.followers);
  }

  /** Whether it follows the log: its ring has been filled, and it was not stopped. */
  get isRunning(): boolean {
    return this.#pages !== undefined && !this.#stopped.signal.aborted;
  }

  /**
   * Fills the ring, so that clients who come from another replica find their events in it, and then follows the log.
   * Resolves once the ring is filled, however long Postgres is away.
   */
  async start(db: Database, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#stopped.signal]);
    // Behind requests that wait for a slow database the live events would be late.
    const tail = db.direct;
    while (!(await this.#fill(tail, stop))) await this.#clock.sleep(RETRY_MS, stop);
    this.#pages = new LogPages(db, this.#stopped.signal, () => this.#metrics.logRead('pages'));
    this.#running = Promise.all([this.#followLog(tail), this.#everySecond()]);
  }

  join(outlet: Outlet): Follower {
    const follower = new Follower(outlet, this.#context);
    if (this.#stopped.signal.aborted) follower.end();
    else this.followers.add(follower);
    return follower;
  }

  leave(follower: Follower): void {
    follower.end();
    this.followers.delete(follower);
  }

  /** Stops between two events; nobody is written to any more. */
  async close(): Promise<void> {
    this.#stopped.abort();
    for (const follower of this.followers) follower.end();
    await this.#running;
  }

  async #fill(db: Database, signal: AbortSignal): Promise<boolean> {
    try {
      const { epoch, oldestId, lastId } = await readHead(db, { signal });
      const from = lastId - BigInt(this.ring.limits.maxEvents);
      this.ring.reset({ epoch, id: from < oldestId - 1n ? oldestId - 1n : from });
      await this.#readTail(db, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      this.#failed(error);
      return false;
    }
  }

  async #followLog(db: Database): Promise<void> {
    const { signal } = this.#stopped;
    let bell = Promise.withResolvers<void>();
    const watching = watchLog(db, () => bell.resolve(), signal);
    while (!signal.aborted) {
      await untilAborted(bell.promise, signal);
      bell = Promise.withResolvers();
      // A stop does not wait for a Postgres that does not answer.
      if (!signal.aborted) await untilAborted(this.#readNews(db, signal), signal);
    }
    await watching;
  }

  /** Never rejects. */
  async #readNews(db: Database, signal: AbortSignal): Promise<void> {
    try {
      await this.#readTail(db, signal);
      this.#reminder.over();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ResyncRequiredError) this.#restart(error.head);
      else this.#failed(error);
    }
  }

  async #readTail(db: Database, signal: AbortSignal): Promise<void> {
    for (;;) {
      const after = this.ring.head;
      this.#metrics.logRead('tail');
      const { events, end, head } = await readEvents(db, { ...PAGE, after, signal });
      this.#metrics.received(events.length);
      await this.#broadcastAll(
        events.map((event) => new RingEvent(after.epoch, event)),
        signal,
      );
      if (end.id >= head.lastId || signal.aborted) return;
    }
  }

  async #broadcastAll(events: readonly RingEvent[], signal: AbortSignal): Promise<void> {
    let delivered = 0;
    try {
      for (const event of events) {
        if (signal.aborted) return;
        delivered += this.#broadcast(event);
        if (delivered < TURN) continue;
        delivered = 0;
        this.#uncork();
        await nextTurn();
      }
    } finally {
      this.#uncork();
    }
  }

  #broadcast(event: RingEvent): number {
    this.ring.push(event);
    const followers = this.#index.followersOf(event);
    for (const follower of followers) {
      if (!follower.isCorked) this.#cork(follower);
      follower.offer(event, follower.mask);
    }
    return followers.length;
  }

  #cork(follower: Follower): void {
    follower.outlet.cork();
    follower.isCorked = true;
    this.#corked.push(follower);
  }

  #uncork(): void {
    for (const follower of this.#corked) {
      follower.outlet.uncork();
      follower.isCorked = false;
    }
    this.#corked = [];
  }

  /** The log is another one, or retention has passed the ring while Postgres was away. */
  #restart(head: LogHead): void {
    const { followers } = this;
    for (const follower of followers) follower.beforeRestart();
    this.ring.reset({ epoch: head.epoch, id: head.lastId });
    for (const follower of followers) follower.ringRestarted(head);
  }

  async #everySecond(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await this.#clock.sleep(SECOND_MS, signal).catch(() => undefined);
      const now = this.#clock.now();
      for (const follower of this.followers) follower.check(now);
      this.#onSecond(now);
    }
  }

  #failed(error: unknown): void {
    this.#reminder.occurred(error);
  }
}

/** Resolves with the work, or when the signal aborts. Nothing of the wait is left on the signal. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<void>();
  const abort = (): void => aborted.resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([work, aborted.promise]);
  signal.removeEventListener('abort', abort);
}
