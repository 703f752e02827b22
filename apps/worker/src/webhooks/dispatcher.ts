import type { Database } from '@stellar-insights/db';
import {
  CursorFencedError,
  dropOldAttempts,
  ensureAttemptPartitions,
  readOverview,
  removeOld,
  watchDispatch,
  type AttemptNotice,
  type DispatchOverview,
} from '@stellar-insights/db/webhook-dispatch';
import { RedisUnavailableError, type JobProducer, type LeasedWork } from '@stellar-insights/jobs';
import type { Clock } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import type { TaskHealth } from '../health/task-health.ts';
import { Doorbell } from './doorbell.ts';
import { AttemptsStalledError, WebhookKeyMissingError, type EventsDroppedError } from './errors.ts';
import { HandOuts } from './hand-out.ts';
import { Matcher } from './matcher.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

/** How long nothing is looked at if nobody rings. */
const POLL_MS = 1000;
/** An endpoint that has a rate is looked at again so soon. */
const SOON_MS = 100;
/** Without a filter, the cursor follows the log so often. */
const FOLLOW_EVERY_MS = 5000;
/** Who is behind is looked at that often while none of them can go on. */
const OWN_EVERY_MS = 500;
const WAIT_REPORT_MS = 5000;
const MAINTAIN_EVERY_MS = 600_000;
/** Without any report on attempts for so long, deliveries stand still. */
const SILENCE_MS = 60_000;

export interface DispatcherOptions {
  readonly db: Database;
  readonly jobs: Pick<JobProducer, 'add'>;
  /** The longest time of one attempt. */
  readonly timeoutMs: number;
  /** Whether this process knows the key that secrets are encrypted with. */
  readonly canSign: boolean;
  readonly attemptsDays: number;
  readonly health: TaskHealth;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Matches events and hands out deliveries, in one process at a time. A step waits until somebody rings (a new event, new work, a
 * result), a delivery becomes due, or a second has passed; then it does what there is to do.
 *
 * A second one beside it, that was frozen and wakes, does no harm: the cursor is moved by a compare-and-set, and a delivery is
 * handed out by raising its claim.
 */
export class Dispatcher implements LeasedWork {
  readonly #options: DispatcherOptions;
  readonly #signal: AbortSignal;
  readonly #ended = new AbortController();
  readonly #doorbell: Doorbell;
  readonly #matcher: Matcher;
  readonly #handOuts: HandOuts;
  readonly #watching: Promise<void>;
  /** Whether there may be something to do besides what a result makes room for. */
  #hasWork = true;
  #nextLookAt = -Infinity;
  #followedAt = -Infinity;
  #ownAgainAt = -Infinity;
  #maintainedAt = -Infinity;
  /** Whether there may be old rows to remove. */
  #hasOld = false;
  #reportedAt = -Infinity;
  #redisAgainAt = -Infinity;
  #dropped: EventsDroppedError | undefined;
  #heard = 0;

  constructor(options: DispatcherOptions, signal: AbortSignal) {
    const { db, clock, metrics, log } = options;
    this.#options = options;
    this.#signal = signal;
    this.#doorbell = new Doorbell(clock);
    this.#handOuts = new HandOuts(options);
    this.#matcher = new Matcher({ db, metrics, log, onDropped: (error) => (this.#dropped = error) });
    const ended = AbortSignal.any([signal, this.#ended.signal]);
    const onWork = (): void => {
      this.#hasWork = true;
      this.#doorbell.ring();
    };
    const onResults = (results: readonly AttemptNotice[]): void => {
      this.#heard += results.filter(([, latencyMs]) => latencyMs !== undefined).length;
      for (const [deliveryId, latencyMs] of results) this.#handOuts.reported(deliveryId, latencyMs);
      this.#doorbell.ring();
    };
    this.#watching = watchDispatch(db, { onWork, onResults }, ended);
  }

  async step(): Promise<void> {
    const { clock, metrics } = this.#options;
    await this.#doorbell.wait(this.#hasWork ? 0 : this.#nextLookAt - clock.now(), this.#signal);
    if (this.#signal.aborted) return;
    if (this.#hasWork || clock.now() >= this.#nextLookAt) await this.#look();
    else if (this.#mayHandOut()) await this.#nextOfBacklog();
    metrics.underWay(this.#handOuts.underWay);
  }

  /** Does what there is to do. */
  async #look(): Promise<void> {
    const { db, clock } = this.#options;
    this.#hasWork = false;
    await this.#maintain();
    const overview = await readOverview(db);
    const heard = this.#heard;
    const { isMore, hasMatched } = await this.#match(overview);
    const hasGiven = await this.#handOut(overview, hasMatched);
    await this.#report({ isBusy: hasMatched || heard > 0, overview });
    this.#heard -= heard;
    const soonMs = this.#handOuts.waitsForRate ? SOON_MS : POLL_MS;
    const waitMs = isMore || hasGiven || this.#hasOld ? 0 : Math.min(soonMs, overview.nextDueInMs ?? POLL_MS);
    this.#nextLookAt = clock.now() + waitMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#watching;
    this.#options.metrics.underWay(0);
  }

  async #match(overview: DispatchOverview): Promise<{ isMore: boolean; hasMatched: boolean }> {
    const { cursor, head, hasFilters, hasBehind } = overview;
    const now = this.#options.clock.now();
    const isDue = hasFilters || now - this.#followedAt >= FOLLOW_EVERY_MS || cursor.epoch !== head.epoch;
    const hasNew = cursor.epoch !== head.epoch || cursor.id !== head.lastId;
    const before = this.#matcher.pages;
    let isMore = false;
    try {
      if (hasNew && isDue) {
        this.#followedAt = now;
        isMore = await this.#matcher.advance(overview);
      }
      if (hasBehind && now >= this.#ownAgainAt) {
        const hasMore = await this.#matcher.advanceOwn(head);
        if (hasMore) isMore = true;
        else this.#ownAgainAt = now + OWN_EVERY_MS;
      }
    } catch (error) {
      // Another process has moved the cursor; the next step reads it again.
      if (!(error instanceof CursorFencedError)) throw error;
    }
    return { isMore, hasMatched: this.#matcher.pages > before };
  }

  /** Returns whether more may be handed out at once. */
  async #handOut({ hasDue, hasTests }: DispatchOverview, hasMatched: boolean): Promise<boolean> {
    const { canSign, health } = this.#options;
    if (!hasDue && !hasTests && !hasMatched) return false;
    if (!canSign && (hasDue || hasTests)) await health.failed(new WebhookKeyMissingError());
    if (!this.#mayHandOut()) return false;
    return await this.#whileRedisIsThere(async () => {
      if (hasTests) await this.#handOuts.tests();
      return await this.#handOuts.next();
    });
  }

  #mayHandOut(): boolean {
    const { canSign, clock } = this.#options;
    return canSign && clock.now() >= this.#redisAgainAt;
  }

  async #nextOfBacklog(): Promise<void> {
    await this.#whileRedisIsThere(async () => {
      await this.#handOuts.nextOfBacklog();
      return false;
    });
  }

  /** Without Redis matching goes on, and what is due stays due. */
  async #whileRedisIsThere(handOut: () => Promise<boolean>): Promise<boolean> {
    const { clock, health } = this.#options;
    try {
      return await handOut();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.#redisAgainAt = clock.now() + POLL_MS;
      await health.failed(error);
      return false;
    }
  }

  /** Progress would say that a failure is over. */
  async #report({
    isBusy,
    overview: { hasDue, hasTests },
  }: {
    readonly isBusy: boolean;
    readonly overview: DispatchOverview;
  }): Promise<void> {
    const { canSign, clock, health } = this.#options;
    const now = clock.now();
    if (this.#dropped !== undefined) {
      await health.failed(this.#dropped);
      this.#dropped = undefined;
      return;
    }
    if (this.#handOuts.silentMs > SILENCE_MS)
      return await health.failed(new AttemptsStalledError(SILENCE_MS));
    const cannotSend = now < this.#redisAgainAt || (!canSign && (hasDue || hasTests));
    if (cannotSend) return;
    if (isBusy) return await health.progressed();
    if (now - this.#reportedAt < WAIT_REPORT_MS) return;
    this.#reportedAt = now;
    const waitingFor =
      this.#handOuts.underWay > 0 ? 'receivers to answer' : 'events and deliveries that are due';
    await health.waits({ tip: null, waitingFor, recovered: true });
  }

  async #maintain(): Promise<void> {
    const { db, clock, attemptsDays, log } = this.#options;
    // One slice in each look, so that neither matching nor deliveries wait for all of them.
    if (this.#hasOld) this.#hasOld = await removeOld(db);
    const now = clock.now();
    if (now - this.#maintainedAt < MAINTAIN_EVERY_MS) return;
    await ensureAttemptPartitions(db);
    this.#maintainedAt = now;
    const { dropped } = await dropOldAttempts(db, attemptsDays);
    if (dropped.length > 0)
      log.info({ partitions: dropped }, `dropped the attempts of ${dropped.length} day(s)`);
    this.#hasOld = true;
  }
}
