import { setImmediate as nextTurn } from 'node:timers/promises';
import { formatCursor } from '@stellar-insights/contract';
import type { Channel } from '@stellar-insights/contract/channels';
import { ResyncRequiredError, type LogCursor, type LogHead } from '@stellar-insights/db/log';
import type { Indexed } from './channel-index.ts';
import type { EventRing } from './event-ring.ts';
import type { EventPage } from './log-pages.ts';
import type { Outlet } from './outlet.ts';
import type { RingEvent } from './ring-event.ts';

/** What followers share. */
export interface FollowerContext {
  readonly ring: EventRing;
  readonly clock: { sleep(ms: number): Promise<void> };
  index(follower: Follower, channel: Channel, isFollowed: boolean): void;
  readPage(
    after: LogCursor,
    channels: readonly Channel[],
    isWanted: () => boolean,
  ): Promise<EventPage | null>;
  /** Called once for a follower that begins at an earlier place. */
  resumed(from: 'ring' | 'postgres'): void;
  delivered(kind: Outlet['kind']): void;
  resynced(): void;
  closedSlow(kind: Outlet['kind']): void;
  readFailed(error: unknown): void;
}

/** A client with more than this unsent is slow. */
export const FULL_BYTES = 1_048_576;
/** A follower that is behind fills the client's buffer only so far: the log itself is the better buffer. */
const BEHIND_BYTES = 262_144;
/** How long a client may have more than `FULL_BYTES` unsent. */
const FULL_MS = 10_000;
/** How long a client may take to empty its buffer. */
const STUCK_MS = 60_000;
const RETRY_MS = 250;
/** Events of the ring that a follower looks at before others get their turn. */
const TURN = 500;

/**
 * One client's place in the log; every event of its channels after that place is still to be written, once and in order.
 *
 *   idle ──follow──► behind ──at the ring's head──► live
 *                     ▲  │ buffer full               │ buffer full
 *               drain │  ▼                           │
 *                    waiting ◄───────────────────────┘
 *   behind, live, waiting ──no channel left──► idle      any ──end──► ended
 *
 *   idle     follows nothing and has no place
 *   behind   reads from the ring, and where the ring does not reach, pages from Postgres
 *   live     is at the ring's head: the broadcaster offers it each event of its channels
 *   waiting  writes nothing until the client has taken what is unsent; a client that takes too long is closed
 *   ended    the last place is kept, for the close
 */
export class Follower implements Indexed {
  foundIn = 0;
  mask = 0;
  /** Whether the broadcaster holds back what it writes until the end of its turn. */
  isCorked = false;
  readonly channels = new Set<Channel>();
  readonly outlet: Outlet;
  readonly #context: FollowerContext;
  #state: 'idle' | 'behind' | 'live' | 'waiting' | 'ended' = 'idle';
  /** The place is after event `id` of this epoch. While live, it is the ring's head, unless that has yet to reach it. */
  #epoch = '';
  #id = 0n;
  /** Of a client's own cursor only Postgres knows whether the log holds it, unless the ring does. */
  #isVerified = true;
  /** The last event that was written. */
  #lastId: string | undefined;
  /** Changes with channels and jumps: a page that was asked for before is of no use. */
  #version = 0;
  #isCatchingUp = false;
  #unsentSince: number | undefined;
  #fullSince: number | undefined;

  constructor(outlet: Outlet, context: FollowerContext) {
    this.outlet = outlet;
    this.#context = context;
  }

  get isFollowing(): boolean {
    return this.channels.size > 0;
  }

  get lastId(): string | undefined {
    return this.#lastId;
  }

  /** Everything of its channels up to here has been written; null while it follows nothing. */
  get after(): string | null {
    if (!this.isFollowing) return null;
    return formatCursor(this.#place);
  }

  /** How many events it is behind the newest. */
  get lag(): number {
    const { epoch, id } = this.#place;
    const { head } = this.#context.ring;
    return this.isFollowing && epoch === head.epoch && id < head.id ? Number(head.id - id) : 0;
  }

  /** Adds channels. `after` is only for a follower that follows nothing; without it the events begin at the head. */
  follow(channels: Iterable<Channel>, after?: LogCursor): void {
    if (this.#state === 'ended') return;
    const { ring } = this.#context;
    if (this.#state === 'idle') {
      this.#moveTo(after ?? ring.head);
      this.#isVerified = this.#isInRing();
      this.#state = 'behind';
      if (after !== undefined) this.#context.resumed(this.#isVerified ? 'ring' : 'postgres');
    }
    this.#version += 1;
    for (const channel of channels) {
      if (this.channels.has(channel)) continue;
      this.channels.add(channel);
      this.#context.index(this, channel, true);
    }
    void this.#catchUp();
  }

  unfollow(channels: Iterable<Channel>): void {
    for (const channel of channels) {
      if (this.channels.delete(channel)) this.#context.index(this, channel, false);
    }
    this.#version += 1;
    if (!this.isFollowing && this.#state !== 'ended') this.#state = 'idle';
  }

  /** The ring's newest event is in one of its channels. */
  offer(event: RingEvent, mask: number): void {
    if (this.#state === 'live' && event.id > this.#id) this.#write(event, mask, FULL_BYTES);
  }

  /** Goes on if the client has taken everything. Called when something has left, and every second. */
  drained(): void {
    if (this.outlet.unsent > 0) return;
    this.#unsentSince = undefined;
    if (this.#state !== 'waiting') return;
    this.#state = 'behind';
    void this.#catchUp();
  }

  /** The log is another one, or has lost what comes next: the follower goes on at its head. */
  resync(head: LogHead): void {
    if (!this.isFollowing || this.#state === 'ended') return;
    this.#moveTo({ epoch: head.epoch, id: head.lastId });
    this.#isVerified = true;
    this.#version += 1;
    if (this.#state === 'live') this.#state = 'behind';
    this.#context.resynced();
    this.outlet.resync(head);
    void this.#catchUp();
  }

  /** The ring begins anew. Who was at a place of this log already can stay there. */
  ringRestarted(head: LogHead): void {
    const { epoch, id } = this.#place;
    // A page that was read after this head may have ended beyond it.
    const isValid = epoch === head.epoch && id >= head.oldestId - 1n;
    if (isValid) void this.#catchUp();
    else this.resync(head);
  }

  /** Freezes a live follower's place before the ring jumps. */
  beforeRestart(): void {
    if (this.#state !== 'live') return;
    this.#moveTo(this.#place);
    this.#state = 'behind';
  }

  /** Called every second. */
  check(now: number): void {
    this.drained();
    const { unsent } = this.outlet;
    if (unsent > 0) this.#unsentSince ??= now;
    this.#fullSince = unsent > FULL_BYTES ? (this.#fullSince ?? now) : undefined;
    const isStuck = now - (this.#unsentSince ?? now) >= STUCK_MS;
    const isFull = now - (this.#fullSince ?? now) >= FULL_MS;
    if (this.#state === 'ended' || (!isFull && !isStuck)) return;
    this.#context.closedSlow(this.outlet.kind);
    this.end();
    this.outlet.closeSlow(
      isFull ? 'more than 1 MiB was unsent for 10 s' : 'the buffer was not empty once in 60 s',
    );
  }

  end(): void {
    if (this.#state === 'ended') return;
    this.#moveTo(this.#place);
    this.#state = 'ended';
    for (const channel of this.channels) this.#context.index(this, channel, false);
  }

  get #place(): LogCursor {
    const { head } = this.#context.ring;
    const isAtHead = this.#state === 'live' && head.epoch === this.#epoch && head.id > this.#id;
    return isAtHead ? head : { epoch: this.#epoch, id: this.#id };
  }

  #moveTo({ epoch, id }: LogCursor): void {
    this.#epoch = epoch;
    this.#id = id;
  }

  #isInRing(): boolean {
    const { ring } = this.#context;
    return this.#epoch === ring.head.epoch && ring.holdsAfter(this.#id);
  }

  async #catchUp(): Promise<void> {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    const { ring } = this.#context;
    while (this.#state === 'behind') {
      const isOfThisLog = this.#isVerified && this.#epoch === ring.head.epoch;
      if (isOfThisLog && this.#id >= ring.headId) {
        this.#state = 'live';
      } else if (isOfThisLog && this.#isInRing()) {
        this.#writeFromRing();
        if (this.#state === 'behind' && this.#id < ring.headId) await nextTurn();
      } else {
        await this.#writePage();
      }
    }
    this.#isCatchingUp = false;
  }

  #writeFromRing(): void {
    const { outlet } = this;
    let looked = 0;
    outlet.cork();
    for (const event of this.#context.ring.after(this.#id)) {
      this.#write(event, event.channelsOf(this.channels), BEHIND_BYTES);
      looked += 1;
      if (this.#state !== 'behind' || looked === TURN) break;
    }
    outlet.uncork();
  }

  async #writePage(): Promise<void> {
    const { outlet } = this;
    const version = this.#version;
    const page = await this.#readPage();
    if (page === null || version !== this.#version || this.#state !== 'behind') return;
    this.#isVerified = true;
    outlet.cork();
    for (const event of page.events) {
      this.#write(event, event.channelsOf(this.channels), BEHIND_BYTES);
      if (this.#hasStopped()) break;
    }
    outlet.uncork();
    if (this.#hasStopped()) return;
    const isNews = page.end.id !== this.#id || page.events.length > 0;
    this.#moveTo(page.end);
    // The ring has yet to learn of this log.
    if (!isNews && !this.#isInRing()) await this.#context.clock.sleep(RETRY_MS);
  }

  #hasStopped(): boolean {
    return this.#state !== 'behind';
  }

  /** Null if there is nothing to write now. */
  async #readPage(): Promise<EventPage | null> {
    const version = this.#version;
    try {
      const isWanted = (): boolean => this.#state === 'behind' && version === this.#version;
      return await this.#context.readPage(this.#place, [...this.channels], isWanted);
    } catch (error) {
      if (this.#state === 'ended' || version !== this.#version) return null;
      if (error instanceof ResyncRequiredError) {
        this.resync(error.head);
      } else {
        this.#context.readFailed(error);
        await this.#context.clock.sleep(RETRY_MS);
      }
      return null;
    }
  }

  #write(event: RingEvent, mask: number, fullAt: number): void {
    this.#id = event.id;
    if (mask === 0) return;
    const { outlet } = this;
    outlet.write(event.frame(outlet.encoding, mask));
    this.#lastId = event.cursor;
    this.#context.delivered(outlet.kind);
    if (outlet.unsent > fullAt) this.#state = 'waiting';
  }
}
