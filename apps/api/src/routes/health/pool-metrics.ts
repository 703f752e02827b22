import type { GateStatistics } from '@stellar-insights/db';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The metrics of the pool of connections to Postgres that requests use. */
export class PoolMetrics {
  readonly #connections: Gauge<'state'>;
  readonly #limit: Gauge;
  readonly #waiting: Gauge;
  readonly #waits: Counter;
  readonly #waitSeconds: Counter;
  readonly #refused: Counter<'reason'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#connections = new Gauge({
      name: 'insights_db_pool_connections',
      help: 'Connections to Postgres that requests use (in_use), and may use besides (idle).',
      labelNames: ['state'],
      registers,
    });
    this.#limit = new Gauge({
      name: 'insights_db_pool_limit',
      help: 'Connections to Postgres that requests may use at most.',
      registers,
    });
    this.#waiting = new Gauge({
      name: 'insights_db_pool_waiting',
      help: 'Operations that wait for a connection.',
      registers,
    });
    this.#waits = new Counter({
      name: 'insights_db_pool_waits_total',
      help: 'Waits for a connection that have ended.',
      registers,
    });
    this.#waitSeconds = new Counter({
      name: 'insights_db_pool_wait_seconds_total',
      help: 'Time of the waits for a connection that have ended.',
      registers,
    });
    this.#refused = new Counter({
      name: 'insights_db_pool_refused_total',
      help: 'Operations that got no connection, by reason: too many waited (queue_full), or it took too long (waited_too_long).',
      labelNames: ['reason'],
      registers,
    });
  }

  /** `statistics` are undefined until there is a pool. */
  update(statistics: GateStatistics | undefined): void {
    if (statistics === undefined) return;
    const { limit, inUse, waiting, waits, waitedMs, refused } = statistics;
    this.#connections.set({ state: 'in_use' }, inUse);
    this.#connections.set({ state: 'idle' }, limit - inUse);
    this.#limit.set(limit);
    this.#waiting.set(waiting);
    for (const counter of [this.#waits, this.#waitSeconds, this.#refused]) counter.reset();
    this.#waits.inc(waits);
    this.#waitSeconds.inc(waitedMs / 1000);
    this.#refused.inc({ reason: 'queue_full' }, refused.queueFull);
    this.#refused.inc({ reason: 'waited_too_long' }, refused.waitedTooLong);
  }
}
