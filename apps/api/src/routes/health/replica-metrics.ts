import type { ReplicaOutcome, ReplicaStatistics } from '@stellar-insights/db/replica';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The metrics of the replica that reads of history use. There are no values without one. */
export class ReplicaMetrics {
  readonly #up: Gauge;
  readonly #lag: Gauge;
  readonly #reads: Counter<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#up = new Gauge({
      name: 'insights_db_replica_up',
      help: '1 while reads of history use the replica of DATABASE_READ_URL, 0 while it is behind or away, or refuses.',
      registers,
    });
    this.#lag = new Gauge({
      name: 'insights_db_replica_lag_seconds',
      help: 'For how long the replica lacks something that the primary has; NaN while it is away or refuses.',
      registers,
    });
    this.#reads = new Counter({
      name: 'insights_db_replica_reads_total',
      help: 'Reads of history, by who answered: the replica, or the primary since the replica was not up (not_up), lacked something for this read (behind), or did not finish (broken_off).',
      labelNames: ['outcome'],
      registers,
    });
    // A gauge without labels begins with 0, which would be a replica that is away.
    this.update(undefined);
  }

  update(statistics: ReplicaStatistics | undefined): void {
    this.#reads.reset();
    if (statistics === undefined) {
      this.#up.remove();
      this.#lag.remove();
      return;
    }
    const { state, lagMs, reads } = statistics;
    this.#up.set(state === 'up' ? 1 : 0);
    this.#lag.set(state === 'up' || state === 'behind' ? lagMs / 1000 : Number.NaN);
    for (const outcome of Object.keys(reads) as ReplicaOutcome[])
      this.#reads.inc({ outcome }, reads[outcome]);
  }
}
