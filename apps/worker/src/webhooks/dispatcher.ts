import type { Database } from '@stellar-insights/db';
import {
  CursorFencedError,
  dropOldAttempts,
  ensureAttemptPartitions,
  readOverview,
  removeOld,
  watchDispatch,
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
  readonly claimSeconds: number;
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
  #waitMs = 0;
  #followedAt = -Infinity;
  #ownAgainAt = -Infinity;
  #maintainedAt = -Infinity;
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
    const onWork = (): void => this.#doorbell.ring();
    const onResult = (deliveryId: bigint, latencyMs: number): void => {
      this.#heard++;
      this.#handOuts.reported(deliveryId, latencyMs);
    };
    this.#watching = watchDispatch(db, { onWork, onResult }, ended);
  }

  async step(): Promise<void> {
    await this.#doorbell.wait(this.#waitMs, this.#signal);
    if (this.#signal.aborted) return;
    const { db, metrics } = this.#options;
    await this.#maintain();
    const overview = await readOverview(db);
    const heard = this.#heard;
    const { isMore, hasMatched } = await this.#match(overview);
    const hasGiven = await this.#handOut(overview, hasMatched);
    metrics.underWay(this.#handOuts.underWay);
    await this.#report({ isBusy: hasMatched || heard > 0, overview });
    this.#heard -= heard;
    const soonMs = this.#handOuts.waitsForRate ? SOON_MS : POLL_MS;
    this.#waitMs = isMore || hasGiven ? 0 : Math.min(soonMs, overview.nextDueInMs ?? POLL_MS, POLL_MS);
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
    const { canSign, clock, health } = this.#options;
    if (!hasDue && !hasTests && !hasMatched) return false;
    if (clock.now() < this.#redisAgainAt) return false;
    if (!canSign) {
      if (hasDue || hasTests) await health.failed(new WebhookKeyMissingError());
      return false;
    }
    try {
      if (hasTests) await this.#handOuts.tests();
      return await this.#handOuts.next();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      // Matching goes on. What is due stays due.
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
    const now = clock.now();
    if (now - this.#maintainedAt < MAINTAIN_EVERY_MS) return;
    await ensureAttemptPartitions(db);
    this.#maintainedAt = now;
    const { dropped } = await dropOldAttempts(db, attemptsDays);
    if (dropped.length > 0)
      log.info({ partitions: dropped }, `dropped the attempts of ${dropped.length} day(s)`);
    while (!this.#signal.aborted && (await removeOld(db)));
  }
}
