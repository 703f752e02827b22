import { ProgressMetrics } from '@stellar-insights/db/metrics';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Services } from '../../answers/route-context.ts';
import { CacheMetrics } from './cache-metrics.ts';
import { PoolMetrics } from './pool-metrics.ts';
import { ReplicaMetrics } from './replica-metrics.ts';

const TIMEOUT_MS = 5000;

/** The metrics of `/metrics`. */
export class ApiMetrics {
  readonly registry: Registry = createMetrics('api');
  readonly #services: Services;
  readonly #seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #streamedPages = new Counter({
    name: 'insights_api_streamed_pages_total',
    help: 'Pages that followed the first one in an answer that streams a list.',
    registers: [this.registry],
  });
  readonly #cache = new CacheMetrics(this.registry);
  readonly #pool = new PoolMetrics(this.registry);
  readonly #replica = new ReplicaMetrics(this.registry);
  readonly #progress = new ProgressMetrics(this.registry);

  constructor(services: Services) {
    this.#services = services;
  }

  /** `route`: the declared path, so that the number of series is bounded. */
  answered(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.#seconds.observe(labels, seconds);
  }

  /** An answer goes on with another page. */
  pageStreamed(): void {
    this.#streamedPages.inc();
  }

  /** Prometheus' text format. */
  async text(): Promise<string> {
    const { db, replica, cache } = this.#services;
    this.#pool.update(db?.statistics());
    this.#replica.update(replica?.statistics());
    await Promise.all([
      cache && this.#cache.update(cache),
      this.#progress.update(db?.control, { timeoutMs: TIMEOUT_MS }),
    ]);
    return await this.registry.metrics();
  }
}
