import type { Database } from '@stellar-insights/db';
import {
  DISABLED_REASONS,
  readWebhookStatistics,
  type DisabledReason,
} from '@stellar-insights/db/webhook-dispatch';
import { systemClock, type Clock } from '@stellar-insights/lifecycle';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/**
 * What became of one attempt. `stale`: somebody else had the delivery; `returned`: nothing was sent, or it was cut off by a stop;
 * `expired`: the log has dropped its event.
 */
export type AttemptEnd = 'delivered' | 'retried' | 'failed' | 'stale' | 'returned' | 'expired';

const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
const DELAY_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300];
/** Counting reads every webhook. */
const REFRESH_MS = 15_000;

/** The metrics of webhooks. No label names a webhook, an owner or an address: their number has no bound. */
export class WebhookMetrics {
  readonly #attempts: Counter<'outcome'>;
  readonly #latency: Histogram<'outcome'>;
  readonly #delay: Histogram;
  readonly #deliveries: Counter;
  readonly #disabled: Counter<'reason'>;
  readonly #missed: Counter;
  readonly #underWay: Gauge;
  readonly #webhooks: Gauge<'state'>;
  readonly #pending: Gauge;
  readonly #oldestDue: Gauge;
  readonly #unmatched: Gauge;
  readonly #clock: Pick<Clock, 'now'>;
  #readAt = -Infinity;

  constructor(registry: Registry, clock: Pick<Clock, 'now'> = systemClock) {
    this.#clock = clock;
    const registers = [registry];
    this.#attempts = new Counter({
      name: 'insights_webhook_attempts_total',
      help: 'Attempts that ended in this process, by outcome (delivered, retried, failed, stale, returned, expired).',
      labelNames: ['outcome'],
      registers,
    });
    this.#latency = new Histogram({
      name: 'insights_webhook_attempt_seconds',
      help: 'Duration of attempts, from the look-up to the end of the response, by outcome.',
      labelNames: ['outcome'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.#delay = new Histogram({
      name: 'insights_webhook_delay_seconds',
      help: 'From the commit of an event to its first attempt.',
      buckets: DELAY_BUCKETS,
      registers,
    });
    this.#deliveries = new Counter({
      name: 'insights_webhook_deliveries_total',
      help: 'Deliveries that this process made by matching events to webhooks.',
      registers,
    });
    this.#disabled = new Counter({
      name: 'insights_webhook_disabled_total',
      help: 'Webhooks that this process disabled, by reason (gone, failing, events_expired).',
      labelNames: ['reason'],
      registers,
    });
    // An alert cannot see the first increase of a counter that was not there before.
    for (const reason of DISABLED_REASONS) this.#disabled.inc({ reason }, 0);
    this.#missed = new Counter({
      name: 'insights_webhook_events_dropped_total',
      help: 'Events that the log had dropped before this process could match them to webhooks.',
      registers,
    });
    this.#underWay = new Gauge({
      name: 'insights_webhook_attempts_under_way',
      help: 'Deliveries that this process, as the one that hands out, waits for; 0 if another one hands out.',
      registers,
    });
    this.#webhooks = new Gauge({
      name: 'insights_webhooks',
      help: 'Webhooks, by state: active, paused, disabled; of the active ones also failing, open (circuit breaker), behind.',
      labelNames: ['state'],
      registers,
    });
    this.#pending = new Gauge({
      name: 'insights_webhook_pending',
      help: 'Deliveries that wait for an attempt, up to a million.',
      registers,
    });
    this.#oldestDue = new Gauge({
      name: 'insights_webhook_oldest_due_seconds',
      help: 'For how long the endpoint that waits longest has had a delivery that is due; 0 if none has.',
      registers,
    });
    this.#unmatched = new Gauge({
      name: 'insights_webhook_unmatched_events',
      help: 'Events of the log that are not matched to webhooks yet.',
      registers,
    });
  }

  attemptEnded(outcome: AttemptEnd): AttemptEnd {
    this.#attempts.inc({ outcome });
    return outcome;
  }

  /** `delayMs`: from the commit of the event, of a first attempt. */
  attempted(outcome: AttemptEnd, latencyMs: number, delayMs?: number): void {
    this.attemptEnded(outcome);
    this.#latency.observe({ outcome }, latencyMs / 1000);
    if (delayMs !== undefined) this.#delay.observe(Math.max(0, delayMs) / 1000);
  }

  matched(deliveries: number): void {
    this.#deliveries.inc(deliveries);
  }

  disabled(reason: DisabledReason): void {
    this.#disabled.inc({ reason });
  }

  eventsDropped(events: bigint): void {
    this.#missed.inc(Number(events));
  }

  underWay(attempts: number): void {
    this.#underWay.set(attempts);
  }

  /** Sets what comes from the database. Without an answer it keeps its last values. */
  async update(db: Database | undefined): Promise<void> {
    const now = this.#clock.now();
    if (db === undefined || now - this.#readAt < REFRESH_MS) return;
    this.#readAt = now;
    const statistics = await readWebhookStatistics(db).catch(() => undefined);
    if (statistics === undefined) return;
    const { webhooks, failing, open, behind, pending, oldestDueMs, unmatched } = statistics;
    for (const [state, count] of Object.entries({ ...webhooks, failing, open, behind })) {
      this.#webhooks.set({ state }, count);
    }
    this.#pending.set(pending);
    this.#oldestDue.set(oldestDueMs / 1000);
    this.#unmatched.set(unmatched);
  }
}
