import { Counter, type Registry } from 'prom-client';
import type { PoolSync } from './sync-pools.ts';

/** The metrics of pool-sync. */
export class PoolMetrics {
  readonly #syncs: Counter;
  readonly #events: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#syncs = new Counter({
      name: 'insights_pool_syncs_total',
      help: 'Readings of pools by this process: stored, overtaken by that of another process, or waiting for a ledger or a source.',
      labelNames: ['outcome'],
      registers,
    });
    this.#events = new Counter({
      name: 'insights_pool_events_total',
      help: 'Events about pools that this process has put into the event log, by kind.',
      labelNames: ['event'],
      registers,
    });
  }

  synced({ outcome, events }: PoolSync): void {
    this.#syncs.inc({ outcome });
    for (const { event } of events) this.#events.inc({ event });
  }
}
