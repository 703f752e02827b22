import type { Database } from '@stellar-insights/db';
import {
  handOut,
  handOutTests,
  readClaimed,
  readDueAmong,
  readDueWebhooks,
  returnDeliveries,
  stillClaimed,
  type DueWebhook,
  type HandedOut,
} from '@stellar-insights/db/webhook-dispatch';
import type { JobProducer } from '@stellar-insights/jobs';
import type { Clock } from '@stellar-insights/lifecycle';
import { claimSeconds } from './attempts.ts';
import { EndpointLanes } from './endpoint-lanes.ts';

/** Endpoints of one round. */
const ENDPOINTS = 200;
/** Rounds of one step, so that matching goes on meanwhile. */
const ROUNDS = 4;
/** The report on an attempt that takes longer may be lost. */
const LOST_AFTER_MS = 2000;
/** Tests at the same time, of all endpoints together: the rest of the attempts is for events. */
const TESTS = 50;
/** What was read about an endpoint counts for so long. */
const KNOWN_MS = 1000;

interface KnownWebhook extends DueWebhook {
  /** By the clock. */
  readonly readAt: number;
}

export interface HandOutOptions {
  readonly db: Database;
  readonly jobs: Pick<JobProducer, 'add'>;
  /** The longest time of one attempt. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Hands out deliveries that are due: claims them in Postgres, and adds a job for each. One process at a time does it. */
export class HandOuts {
  readonly #options: HandOutOptions;
  readonly #lanes = new EndpointLanes();
  /** Endpoints that took all that they might, so that more may be due; who had a turn last is last. */
  readonly #backlog = new Map<string, KnownWebhook>();
  /** The endpoint that was last in turn. */
  #last: string | null = null;
  #lookedForLost = 0;
  #waitsSince: number | undefined;

  constructor(options: HandOutOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#lanes.underWay;
  }

  /** Whether an endpoint that is due may take more only when some time has passed. */
  get waitsForRate(): boolean {
    return this.#lanes.waitsForRate;
  }

  /** For how long attempts have been handed out without a report on any; 0 if none is. */
  get silentMs(): number {
    return this.#waitsSince === undefined ? 0 : this.#options.clock.now() - this.#waitsSince;
  }

  /** An attempt has ended; its latency is undefined if nothing was sent, which is no sign of progress. */
  reported(deliveryId: bigint, latencyMs: number | undefined): void {
    this.#lanes.ended(deliveryId, latencyMs);
    if (this.#lanes.underWay === 0) this.#waitsSince = undefined;
    else if (latencyMs !== undefined) this.#waitsSince = this.#options.clock.now();
  }

  /**
   * Hands out what the endpoints can take. Returns whether more may be handed out at once.
   *
   * @throws RedisUnavailableError: then nothing was handed out
   */
  async next(): Promise<boolean> {
    await this.#lookForLost();
    let total = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const after = this.#last;
      const due = await readDueWebhooks(this.#options.db, {
        after,
        limit: ENDPOINTS,
        except: this.#lanes.full(),
      });
      const isEnd = due.length < ENDPOINTS;
      this.#last = isEnd ? null : (due.at(-1)?.webhookId ?? null);
      await this.#meet(due.map(({ webhookId }) => webhookId).filter((id) => !this.#lanes.knows(id)));
      const readAt = this.#options.clock.now();
      const { given, last } = await this.#share(due.map((webhook) => ({ ...webhook, readAt })));
      total += given;
      if (this.#lanes.isFull) {
        // Whoever comes after the last that got something has the next turn.
        this.#last = last ?? after;
        return !isEnd && total > 0;
      }
      // From where the last round ended, all have had their turn once the beginning is reached again.
      if (isEnd && (after === null || given === 0)) return false;
    }
    // If nobody could take anything, a result or the next look goes on from here.
    return total > 0;
  }

  /** The same for the endpoints that may have more due, without looking for others: what a result makes room for. */
  async nextOfBacklog(): Promise<void> {
    const full = new Set(this.#lanes.full());
    const open = [...this.#backlog.values()].filter(({ webhookId }) => !full.has(webhookId));
    if (open.length > 0) await this.#share(await this.#upToDate(open.slice(0, ENDPOINTS)));
  }

  /** These endpoints of the backlog as they are now. Those that are to get nothing leave it. */
  async #upToDate(webhooks: readonly KnownWebhook[]): Promise<readonly KnownWebhook[]> {
    const { db, clock } = this.#options;
    const readAt = clock.now();
    if (webhooks.every((webhook) => readAt - webhook.readAt < KNOWN_MS)) return webhooks;
    const ids = webhooks.map(({ webhookId }) => webhookId);
    const due = new Map((await readDueAmong(db, ids)).map((webhook) => [webhook.webhookId, webhook]));
    return ids.flatMap((id) => {
      const webhook = due.get(id);
      if (webhook === undefined) {
        this.#backlog.delete(id);
        return [];
      }
      const known = { ...webhook, readAt };
      this.#backlog.set(id, known);
      return [known];
    });
  }

  /** Shares what is free among endpoints, and hands it out. Returns how many deliveries that were, and the last endpoint in turn. */
  async #share(
    due: readonly KnownWebhook[],
  ): Promise<{ readonly given: number; readonly last: string | undefined }> {
    const { db, timeoutMs, clock } = this.#options;
    const known = new Map(due.map((webhook) => [webhook.webhookId, webhook]));
    const takes = this.#lanes.share(due, clock.now()).map(({ webhookId, limit }) => ({
      webhookId,
      limit,
      isStrict: known.get(webhookId)?.isStrict === true,
    }));
    if (takes.length === 0) return { given: 0, last: undefined };
    const deliveries = await handOut(db, takes, { claimSeconds: claimSeconds(timeoutMs) });
    const counts = new Map<string, number>();
    for (const { webhookId } of deliveries) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    for (const { webhookId, limit } of takes) {
      const webhook = known.get(webhookId);
      this.#backlog.delete(webhookId);
      const hasMore = counts.get(webhookId) === limit && webhook?.isHalfOpen === false;
      if (hasMore) this.#backlog.set(webhookId, webhook);
    }
    await this.#give(deliveries);
    return { given: deliveries.length, last: takes.at(-1)?.webhookId };
  }

  async tests(): Promise<void> {
    const { db, timeoutMs } = this.#options;
    const limit = TESTS - this.#lanes.testsUnderWay;
    if (limit <= 0) return;
    await this.#give(await handOutTests(db, { claimSeconds: claimSeconds(timeoutMs), limit }));
  }

  async #give(deliveries: readonly HandedOut[]): Promise<void> {
    if (deliveries.length === 0) return;
    const { db, jobs, timeoutMs, clock } = this.#options;
    const now = clock.now();
    const until = now + claimSeconds(timeoutMs) * 1000;
    for (const { id, webhookId, eventId } of deliveries) {
      const isTest = eventId === null;
      this.#lanes.began(id, webhookId, { now, until, isTest });
    }
    this.#waitsSince ??= now;
    try {
      await jobs.add(
        deliveries.map(({ id, claim, eventId }) => ({
          id: String(id),
          claim,
          timeoutMs,
          ...(eventId !== null && { event: String(eventId) }),
        })),
      );
    } catch (error) {
      for (const { id } of deliveries) this.#lanes.ended(id);
      await returnDeliveries(db, deliveries);
      throw error;
    }
  }

  /** What another process has handed out before counts too. */
  async #meet(webhookIds: readonly string[]): Promise<void> {
    if (webhookIds.length === 0) return;
    const now = this.#options.clock.now();
    for (const { id, webhookId, leftMs } of await readClaimed(this.#options.db, webhookIds)) {
      this.#lanes.began(id, webhookId, { now, until: now + leftMs });
    }
  }

  /** Reports are notifications, which can be missed. */
  async #lookForLost(): Promise<void> {
    const { db, clock } = this.#options;
    const now = clock.now();
    this.#lanes.expire(now);
    if (now - this.#lookedForLost < LOST_AFTER_MS) return;
    this.#lookedForLost = now;
    const old = this.#lanes.olderThan(now - LOST_AFTER_MS);
    if (old.length === 0) return;
    const claimed = await stillClaimed(db, old);
    for (const id of old) if (!claimed.has(id)) this.#lanes.ended(id);
    if (this.#lanes.underWay === 0) this.#waitsSince = undefined;
  }
}
