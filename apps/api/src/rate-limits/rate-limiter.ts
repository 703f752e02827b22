import type { Clock } from '@stellar-insights/runtime/time';
import { WINDOW_SECONDS, type SharedCounts } from './shared-counts.ts';

/** What is left to a subject in its window. */
export interface Quota {
  /** Of a window. */
  readonly limit: number;
  readonly remaining: number;
  /** Until the window ends, in milliseconds. */
  readonly resetMs: number;
  readonly isExceeded: boolean;
}

interface Count {
  /** As far as this process knows. */
  count: number;
  /** The part of it that Redis has not been sent. */
  unsent: number;
  isSending: boolean;
  resetAt: number;
}

const WINDOW_MS = WINDOW_SECONDS * 1000;
/** A process remembers so many subjects; beyond that it forgets those that asked least recently. */
const MAX_SUBJECTS = 50_000;
/** A process sends Redis what it counted for a subject after each 50th of the limit. */
const PARTS = 50;

/**
 * Counts in windows of a minute. A process decides by its own counts, so no request waits for Redis; it sends them to Redis
 * in parts, and learns with each answer what the other replicas have counted. So each replica lets a subject pass the
 * limit by one part at most, and by what it admits until the answer is there. A subject over its limit costs no command.
 */
export class RateLimiter {
  readonly #shared: SharedCounts;
  readonly #clock: Pick<Clock, 'now'>;
  /** Who asked since the last turn, and who asked before. */
  #recent = new Map<string, Count>();
  #older = new Map<string, Count>();
  #turnAt = 0;
  #unshared = 0;

  constructor(shared: SharedCounts, clock: Pick<Clock, 'now'>) {
    this.#shared = shared;
    this.#clock = clock;
  }

  get subjects(): number {
    return this.#recent.size + this.#older.size;
  }

  /** Counts that no other replica has learned of, because Redis did not serve. */
  get unshared(): number {
    return this.#unshared;
  }

  /** Counts one request, unless the limit is reached. */
  take(subject: string, limit: number): Quota {
    const count = this.#countOf(subject);
    const isExceeded = count.count >= limit;
    if (!isExceeded) {
      count.count += 1;
      count.unsent += 1;
      if (count.unsent >= limit / PARTS && !count.isSending) void this.#send(subject, count);
    }
    return { ...this.#quota(count, limit), isExceeded };
  }

  /** What `take` would answer, without counting. */
  look(subject: string, limit: number): Quota {
    const count = this.#recent.get(subject) ?? this.#older.get(subject);
    return this.#quota(count ?? newCount(this.#clock.now()), limit);
  }

  #quota({ count, resetAt }: Count, limit: number): Quota {
    const resetMs = resetAt - this.#clock.now();
    if (resetMs <= 0) return { limit, remaining: limit, resetMs: 0, isExceeded: false };
    return { limit, remaining: Math.max(0, limit - count), resetMs, isExceeded: count >= limit };
  }

  #countOf(subject: string): Count {
    const now = this.#clock.now();
    const recent = this.#recent.get(subject);
    if (recent !== undefined && recent.resetAt > now) return recent;
    this.#turn(now);
    const older = this.#older.get(subject);
    const count = older !== undefined && older.resetAt > now ? older : newCount(now);
    this.#recent.set(subject, count);
    return count;
  }

  /** Forgets who has not asked since the last turn. */
  #turn(now: number): void {
    if (now < this.#turnAt && this.#recent.size < MAX_SUBJECTS / 2) return;
    this.#older = this.#recent;
    this.#recent = new Map();
    this.#turnAt = now + WINDOW_MS;
  }

  async #send(subject: string, count: Count): Promise<void> {
    const points = count.unsent;
    count.unsent = 0;
    if (!this.#shared.isAvailable) {
      this.#unshared += points;
      return;
    }
    count.isSending = true;
    const shared = await this.#shared.add(subject, points);
    count.isSending = false;
    if (shared === undefined) {
      this.#unshared += points;
      return;
    }
    count.count = shared.count + count.unsent;
    count.resetAt = this.#clock.now() + shared.resetMs;
  }
}

function newCount(now: number): Count {
  return { count: 0, unsent: 0, isSending: false, resetAt: now + WINDOW_MS };
}
