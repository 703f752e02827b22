/** How many attempts may be handed out and not finished, of all endpoints together. */
export const ATTEMPTS_AT_ONCE = 512;
/** An endpoint whose attempts take longer is slow. */
const SLOW_MS = 1000;
/** The share of all attempts that slow endpoints together may have. The rest is for those that answer at once. */
const SLOW_SHARE = 0.75;

/** An endpoint with deliveries that are due. */
export interface DueLane {
  readonly webhookId: string;
  /** The largest number of attempts at the same time. */
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  /** Whether its circuit breaker lets one attempt through, as a probe. */
  readonly isHalfOpen: boolean;
}

/** How many deliveries of an endpoint may be handed out now. */
export interface Allowance {
  readonly webhookId: string;
  readonly limit: number;
}

interface Attempt {
  readonly webhookId: string;
  readonly isTest: boolean;
  readonly since: number;
  readonly until: number;
}

interface Lane {
  readonly attempts: Set<bigint>;
  /** Of the last attempt; undefined before the first has ended. */
  latencyMs: number | undefined;
  /** The most attempts at once when it was last in turn. */
  bound: number;
  tokens: number;
  filledAt: number;
}

/**
 * The bulkheads: shares attempts among endpoints, one at a time and in turn, so that neither a slow endpoint nor one with a long
 * backlog delays another. Each endpoint has its own bound of attempts at once and of attempts per second; slow ones together
 * never take all.
 *
 * It is the memory of who hands out. Times are milliseconds of one clock.
 */
export class EndpointLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #attempts = new Map<bigint, Attempt>();
  readonly #atOnce: number;
  #waitsForRate = false;

  constructor(atOnce = ATTEMPTS_AT_ONCE) {
    this.#atOnce = atOnce;
  }

  get underWay(): number {
    return this.#attempts.size;
  }

  /** Of these, the tests: nothing bounds them by their endpoint. */
  get testsUnderWay(): number {
    return [...this.#attempts.values()].filter(({ isTest }) => isTest).length;
  }

  /** Whether nothing is left to share. */
  get isFull(): boolean {
    return this.#attempts.size >= this.#atOnce;
  }

  /** Whether an endpoint could take more at the last share but for its rate. */
  get waitsForRate(): boolean {
    return this.#waitsForRate;
  }

  /** Whether the endpoint was looked at before. */
  knows(webhookId: string): boolean {
    return this.#lanes.has(webhookId);
  }

  /** Endpoints that have as many attempts under way as they may. */
  full(): string[] {
    const full = [...this.#lanes].filter(([, { attempts, bound }]) => attempts.size >= bound);
    return full.map(([webhookId]) => webhookId);
  }

  share(due: readonly DueLane[], now: number): Allowance[] {
    this.#waitsForRate = false;
    let free = this.#atOnce - this.#attempts.size;
    let freeForSlow = Math.floor(this.#atOnce * SLOW_SHARE) - this.#slowAttempts(now);
    const open = due.map((lane) => ({
      webhookId: lane.webhookId,
      limit: 0,
      most: this.#mostOf(lane, now),
      speed: this.#speed(this.#lane(lane.webhookId, now), now),
    }));
    let turns = open.filter(({ most }) => most > 0);
    while (turns.length > 0 && free > 0) {
      const next: typeof turns = [];
      for (const lane of turns) {
        // One attempt shows how fast an endpoint is of which nothing is known.
        const isSlow = lane.speed === 'slow' || (lane.speed === 'unknown' && lane.limit > 0);
        if (free === 0 || (isSlow && freeForSlow <= 0)) continue;
        lane.limit += 1;
        free -= 1;
        if (isSlow) freeForSlow -= 1;
        if (lane.limit < lane.most) next.push(lane);
      }
      turns = next;
    }
    return open.filter(({ limit }) => limit > 0).map(({ webhookId, limit }) => ({ webhookId, limit }));
  }

  /** A delivery was handed out; its claim ends `until`. */
  began(
    deliveryId: bigint,
    webhookId: string,
    {
      now,
      until,
      isTest = false,
    }: { readonly now: number; readonly until: number; readonly isTest?: boolean },
  ): void {
    const lane = this.#lane(webhookId, now);
    if (lane.attempts.has(deliveryId)) lane.tokens += 1;
    lane.attempts.add(deliveryId);
    lane.tokens -= 1;
    this.#attempts.set(deliveryId, { webhookId, isTest, since: now, until });
  }

  /** An attempt has ended; its latency is undefined if it was returned. */
  ended(deliveryId: bigint, latencyMs?: number): void {
    const attempt = this.#attempts.get(deliveryId);
    if (attempt === undefined) return;
    this.#attempts.delete(deliveryId);
    const lane = this.#lanes.get(attempt.webhookId);
    lane?.attempts.delete(deliveryId);
    if (lane !== undefined && latencyMs !== undefined) lane.latencyMs = latencyMs;
  }

  /** Forgets attempts whose claim is over. Returns how many nobody has reported. */
  expire(now: number): number {
    const overdue = [...this.#attempts].filter(([, { until }]) => until <= now);
    for (const [deliveryId] of overdue) this.ended(deliveryId);
    for (const [webhookId, lane] of this.#lanes) {
      if (lane.attempts.size === 0 && now - lane.filledAt > 60_000) this.#lanes.delete(webhookId);
    }
    return overdue.length;
  }

  /** Attempts since before this time: their reports may be lost. */
  olderThan(time: number): bigint[] {
    return [...this.#attempts].filter(([, { since }]) => since < time).map(([deliveryId]) => deliveryId);
  }

  #lane(webhookId: string, now: number): Lane {
    const known = this.#lanes.get(webhookId);
    if (known !== undefined) return known;
    const lane = {
      attempts: new Set<bigint>(),
      latencyMs: undefined,
      bound: Infinity,
      tokens: Infinity,
      filledAt: now,
    };
    this.#lanes.set(webhookId, lane);
    return lane;
  }

  #mostOf({ webhookId, concurrency, ratePerSecond, isHalfOpen }: DueLane, now: number): number {
    const lane = this.#lane(webhookId, now);
    const perSecond = ratePerSecond ?? Infinity;
    const gained = ratePerSecond === null ? Infinity : ((now - lane.filledAt) / 1000) * perSecond;
    lane.tokens = Math.min(perSecond, lane.tokens + gained);
    lane.filledAt = now;
    const { size } = lane.attempts;
    lane.bound = isHalfOpen ? 1 : concurrency;
    const room = Math.max(0, lane.bound - size);
    if (lane.tokens < room) this.#waitsForRate = true;
    return Math.min(room, Math.max(0, Math.floor(lane.tokens)));
  }

  #speed({ latencyMs, attempts }: Lane, now: number): 'fast' | 'slow' | 'unknown' {
    const isLate = [...attempts].some((id) => now - (this.#attempts.get(id)?.since ?? now) > SLOW_MS);
    if (isLate || (latencyMs ?? 0) > SLOW_MS) return 'slow';
    if (latencyMs !== undefined) return 'fast';
    return attempts.size === 0 ? 'unknown' : 'slow';
  }

  #slowAttempts(now: number): number {
    let count = 0;
    for (const lane of this.#lanes.values()) {
      if (this.#speed(lane, now) === 'slow') count += lane.attempts.size;
    }
    return count;
  }
}
