import type { Database } from '@stellar-insights/db';
import {
  handOut,
  handOutTests,
  readClaimed,
  readDueWebhooks,
  returnDeliveries,
  stillClaimed,
  type HandedOut,
} from '@stellar-insights/db/webhook-dispatch';
import type { JobProducer } from '@stellar-insights/jobs';
import type { Clock } from '@stellar-insights/lifecycle';
import { EndpointLanes } from './endpoint-lanes.ts';

/** Endpoints of one round. */
const ENDPOINTS = 200;
/** Rounds of one step, so that matching goes on meanwhile. */
const ROUNDS = 4;
/** The report on an attempt that takes longer may be lost. */
const LOST_AFTER_MS = 2000;
const TESTS = 50;

export interface HandOutOptions {
  readonly db: Database;
  readonly jobs: Pick<JobProducer, 'add'>;
  readonly claimSeconds: number;
  readonly clock: Clock;
}

/** Hands out deliveries that are due: claims them in Postgres, and adds a job for each. One process at a time does it. */
export class HandOuts {
  readonly #options: HandOutOptions;
  readonly #lanes = new EndpointLanes();
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

  /** An attempt has ended. */
  reported(deliveryId: bigint, latencyMs: number): void {
    this.#lanes.ended(deliveryId, latencyMs);
    this.#waitsSince = this.#lanes.underWay === 0 ? undefined : this.#options.clock.now();
  }

  /**
   * Hands out what the endpoints can take. Returns whether more may be handed out at once.
   *
   * @throws RedisUnavailableError: then nothing was handed out
   */
  async next(): Promise<boolean> {
    await this.#lookForLost();
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
      const strict = new Set(due.filter(({ isStrict }) => isStrict).map(({ webhookId }) => webhookId));
      const takes = this.#lanes
        .share(due, this.#options.clock.now())
        .map((allowance) => ({ ...allowance, isStrict: strict.has(allowance.webhookId) }));
      if (takes.length > 0) {
        const { db, claimSeconds } = this.#options;
        await this.#give(await handOut(db, takes, { claimSeconds }));
      }
      // From where the last round ended, all have had their turn once the beginning is reached again.
      if (isEnd && (after === null || takes.length === 0)) return false;
    }
    return true;
  }

  async tests(): Promise<void> {
    const { db, claimSeconds } = this.#options;
    await this.#give(await handOutTests(db, { claimSeconds, limit: TESTS }));
  }

  async #give(deliveries: readonly HandedOut[]): Promise<void> {
    if (deliveries.length === 0) return;
    const { db, jobs, claimSeconds, clock } = this.#options;
    const now = clock.now();
    for (const { id, webhookId } of deliveries) {
      this.#lanes.began(id, webhookId, { now, until: now + claimSeconds * 1000 });
    }
    this.#waitsSince ??= now;
    try {
      await jobs.add(deliveries.map(({ id, claim }) => ({ id: String(id), claim })));
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
