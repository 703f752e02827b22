import type { LogCursor } from '@stellar-insights/db/log';
import type { RingEvent } from './ring-event.ts';

export interface RingLimits {
  readonly maxEvents: number;
  /** Of the memory that the events' JSON takes. */
  readonly maxBytes: number;
}

/** The newest events keep their encoded frames: they are those that most clients still need. */
const WITH_FRAMES = 500;
/** So many events that have left are cut off at once. */
const COMPACT_AFTER = 250;

/** The end of the log in memory, without a hole, within a number of events and bytes. When it is full, the oldest leave. */
export class EventRing {
  readonly limits: RingLimits;
  #events: RingEvent[] = [];
  /** Those before it have left. */
  #start = 0;
  #bytes = 0;
  #epoch = '';
  #head = 0n;

  constructor(limits: RingLimits) {
    this.limits = limits;
  }

  /** The place after the newest event. */
  get head(): LogCursor {
    return { epoch: this.#epoch, id: this.#head };
  }

  get headId(): bigint {
    return this.#head;
  }

  get size(): number {
    return this.#events.length - this.#start;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the ring holds every event after this one. */
  holdsAfter(id: bigint): boolean {
    return id <= this.#head && id >= this.#head - BigInt(this.size);
  }

  /** The first event after this id, which the ring must hold, and those that follow. */
  *after(id: bigint): Generator<RingEvent> {
    // Ids stay true while events leave the ring; places in the array do not.
    for (let next = id + 1n; next <= this.#head; next += 1n) {
      const event = this.#events[this.#events.length - Number(this.#head - next) - 1];
      if (event === undefined || event.id !== next) return;
      yield event;
    }
  }

  /** Begins anew, without events, at this place. */
  reset({ epoch, id }: LogCursor): void {
    this.#events = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#epoch = epoch;
    this.#head = id;
  }

  push(event: RingEvent): void {
    if (event.id !== this.#head + 1n) {
      throw new RangeError(`found event ${event.id}, expected ${this.#head + 1n}: the log has no holes`);
    }
    this.#head = event.id;
    this.#events.push(event);
    this.#bytes += event.bytes;
    this.#events.at(-1 - WITH_FRAMES)?.forgetFrames();
    while (this.size > this.limits.maxEvents || (this.#bytes > this.limits.maxBytes && this.size > 1)) {
      this.#bytes -= this.#events[this.#start]?.bytes ?? 0;
      this.#start += 1;
    }
    if (this.#start > COMPACT_AFTER) {
      this.#events = this.#events.slice(this.#start);
      this.#start = 0;
    }
  }
}
