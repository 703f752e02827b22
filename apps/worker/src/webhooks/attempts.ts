import type { SigningKey } from '@stellar-insights/contract/webhook-signature';
import { formatWebhookId } from '@stellar-insights/contract/webhooks';
import type { Database } from '@stellar-insights/db';
import type { StoredEvent } from '@stellar-insights/db/log';
import {
  failExpired,
  MOST_RESULTS,
  readWork,
  recordResults,
  returnDeliveries,
  type AttemptResult,
  type Claim,
  type DeliveryWork,
  type WebhookHealth,
} from '@stellar-insights/db/webhook-dispatch';
import type { Clock } from '@stellar-insights/lifecycle';
import type { JobContext } from '@stellar-insights/lifecycle/bullmq';
import type { OutboundClient } from '@stellar-insights/outbound';
import { ErrorReminder, type Log } from '@stellar-insights/runtime/log';
import { retry } from '@stellar-insights/runtime/time';
import { isSuccess, messageOf, post, type Exchange } from './attempt.ts';
import { Batcher } from './batcher.ts';
import { afterFailure, isGivenUp } from './breaker.ts';
import { disable } from './disable.ts';
import { RecentEvents } from './recent-events.ts';
import { retryInMs, type RetrySchedule } from './retry-schedule.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { AttemptEnd, WebhookMetrics } from './webhook-metrics.ts';

/** What is left of a claim after the longest attempt, to report on it. */
const REPORT_MS = 2000;
/** From hand-out, an attempt must begin within this time, else it is handed out again. */
const BEGIN_MS = 4000;
const RETRY = { baseMs: 100, capMs: 1000 };

/** For how long a delivery is handed out, given the longest time of one attempt. */
export function claimSeconds(timeoutMs: number): number {
  return (timeoutMs + REPORT_MS + BEGIN_MS) / 1000;
}

export interface AttemptsOptions {
  readonly db: Database;
  readonly client: OutboundClient;
  readonly keys: SigningKeys;
  readonly schedule: RetrySchedule;
  /** From the look-up to the last byte of the response. */
  readonly timeoutMs: number;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** One attempt that was handed out. */
export interface Attempt extends Claim {
  /** In the log; undefined of a test. */
  readonly event?: bigint | undefined;
  /** The longest time of one attempt where it was handed out: its claim allows for no more, whatever is set here. */
  readonly timeoutMs: number;
}

interface Loaded {
  readonly work: DeliveryWork;
  readonly event: StoredEvent | undefined;
}

interface Ended {
  readonly at: Date;
  readonly exchange: Exchange;
  readonly event: StoredEvent | undefined;
  /** By the clock. */
  readonly claimEndsAt: number;
}

/**
 * Makes attempts that were handed out: reads what is to be sent, signs and sends it, and stores what came of it. Many attempts
 * at the same time share their reads and writes.
 *
 * handed out ── somebody else has it, or its webhook is gone ──► `stale`
 * handed out ── too late, not active, or the process stops ──► `returned`: due at once, nothing spent
 * handed out ── the log has dropped its event ──► `expired`
 * handed out ── sent ──► `delivered`, `retried` or `failed`
 *
 * A process that is killed in between reports nothing: the claim ends, and the delivery is handed out again.
 */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #events: RecentEvents;
  readonly #loads: Batcher<Attempt, Loaded | undefined>;
  readonly #returns: Batcher<Claim, undefined>;
  readonly #records: Batcher<AttemptResult, WebhookHealth | 'stale' | undefined>;
  readonly #trouble: ErrorReminder;

  constructor(options: AttemptsOptions) {
    const { db, log, clock } = options;
    this.#options = options;
    this.#events = new RecentEvents(options);
    this.#trouble = new ErrorReminder(log, { task: 'webhook-dispatch' }, clock);
    this.#loads = new Batcher({ run: (claims) => this.#load(claims), most: MOST_RESULTS, atOnce: 2 });
    this.#records = new Batcher({ run: (results) => this.#record(results), most: MOST_RESULTS, atOnce: 2 });
    this.#returns = new Batcher({
      run: async (claims) => {
        await returnDeliveries(db, claims);
        return claims.map(() => undefined);
      },
      most: MOST_RESULTS,
      atOnce: 1,
    });
  }

  async make(claim: Attempt, context: JobContext): Promise<AttemptEnd> {
    const { metrics, clock } = this.#options;
    const loaded = await this.#loads.do(claim);
    if (loaded === undefined) return metrics.attemptEnded('stale');
    const { work, event } = loaded;
    const timeoutMs = Math.min(this.#options.timeoutMs, claim.timeoutMs);
    const claimEndsAt = clock.now() + work.leftMs;
    const keys = await this.#keysOf(work);
    // It was deleted just now: nothing is sent without a signature.
    if (keys.length === 0) return metrics.attemptEnded('stale');
    if (!this.#mayBegin(work, { timeoutMs, claimEndsAt })) return await this.#return(claim);
    const message = messageOf(work, event);
    if (message === undefined) return await this.#expire(work);
    const at = clock.date();
    let exchange: Exchange;
    try {
      const { client } = this.#options;
      exchange = await post(work.url, message, { client, keys, clock, timeoutMs, signal: context.signal });
    } catch (error) {
      // A fault of ours spends no attempt either. Its claim ends by itself, so that nothing is tried again without a pause.
      if (context.signal.aborted) await this.#return(claim);
      throw error;
    }
    return await this.#conclude(work, { at, exchange, event, claimEndsAt }, context);
  }

  /** Whatever came before took its time, too: an attempt ends before its claim does. */
  #mayBegin(
    { state, subject }: DeliveryWork,
    { timeoutMs, claimEndsAt }: { readonly timeoutMs: number; readonly claimEndsAt: number },
  ): boolean {
    const { clock } = this.#options;
    const isTest = 'testId' in subject;
    return claimEndsAt - clock.now() >= timeoutMs + REPORT_MS && (state === 'active' || isTest);
  }

  async #keysOf({ webhookId }: DeliveryWork): Promise<readonly SigningKey[]> {
    return await this.#options.keys.of(webhookId).catch((error: unknown) => {
      this.#trouble.occurred(error);
      throw error;
    });
  }

  async #conclude(
    work: DeliveryWork,
    { at, exchange, event, claimEndsAt }: Ended,
    { signal }: JobContext,
  ): Promise<AttemptEnd> {
    const { metrics, schedule, clock } = this.#options;
    const isTest = 'testId' in work.subject;
    const delivered = isSuccess(exchange.status);
    const retries = { failed: work.attempts + 1, ends: !work.isStrict, random: clock.random() };
    const { retryAfterMs } = exchange;
    const result: AttemptResult = {
      ...exchange,
      id: work.id,
      claim: work.claim,
      webhookId: work.webhookId,
      isTest,
      delivered,
      retryInMs: delivered || isTest ? null : retryInMs(schedule, { ...retries, retryAfterMs }),
      at,
    };
    const health = await retry(() => this.#records.do(result), {
      ...RETRY,
      signal,
      clock,
      // Once the claim is over, another attempt may be made.
      isTransient: (error) => isRetryable(error) && clock.now() < claimEndsAt,
    });
    if (health === 'stale') return metrics.attemptEnded('stale');
    const end = delivered ? 'delivered' : result.retryInMs === null ? 'failed' : 'retried';
    const isFirst = work.attempts === 0 && !isTest && event !== undefined;
    metrics.attempted(end, exchange.latencyMs, isFirst ? at.getTime() - event.at.getTime() : undefined);
    if (!isTest && !delivered) await this.#disableIfOver(work, exchange, health);
    return end;
  }

  async #return(claim: Claim): Promise<AttemptEnd> {
    await this.#returns.do(claim);
    return this.#options.metrics.attemptEnded('returned');
  }

  async #expire(work: DeliveryWork): Promise<AttemptEnd> {
    const { db, log, metrics } = this.#options;
    if (work.isStrict) {
      await disable(this.#options, work, 'events_expired');
      await this.#returns.do(work);
    } else {
      await failExpired(db, [work.id]);
    }
    log.warn(
      { webhookId: formatWebhookId(work.webhookId), delivery: String(work.id) },
      'the log has dropped the event of a delivery that is pending, so it can not be delivered; raise RETENTION_DAYS',
    );
    return metrics.attemptEnded('expired');
  }

  async #disableIfOver(
    work: DeliveryWork,
    { status }: Exchange,
    health: WebhookHealth | undefined,
  ): Promise<void> {
    if (status === 410) await disable(this.#options, work, 'gone');
    else if (health !== undefined && isGivenUp(health, this.#options.clock.date().getTime()))
      await disable(this.#options, work, 'failing');
  }

  async #load(claims: readonly Attempt[]): Promise<(Loaded | undefined)[]> {
    const ids = claims.flatMap(({ event }) => event ?? []);
    const [works, events] = await Promise.all([readWork(this.#options.db, claims), this.#events.read(ids)]);
    const workOf = new Map(works.map((work) => [work.id, work]));
    return claims.map(({ id, event }) => {
      const work = workOf.get(id);
      return work && { work, event: event === undefined ? undefined : events.get(event) };
    });
  }

  async #record(results: readonly AttemptResult[]): Promise<(WebhookHealth | 'stale' | undefined)[]> {
    const { db, schedule } = this.#options;
    const { counted, health } = await recordResults(db, results, {
      afterFailure: (before, { retryAfterMs }, now) => afterFailure(before, { now, schedule, retryAfterMs }),
    });
    return results.map(({ id, webhookId }) => (counted.has(id) ? health.get(webhookId) : 'stale'));
  }
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}
