import { ProgressMetrics } from '@stellar-insights/db/metrics';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Services } from '../../answers/route-context.ts';
import type { ResponseCache } from '../../cache/response-cache.ts';
import { PoolMetrics } from './pool-metrics.ts';

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
  readonly #lookups = new Counter({
    name: 'insights_api_cache_lookups_total',
    help: 'Lookups in the cache of answers, by outcome (hits, misses).',
    labelNames: ['outcome'],
    registers: [this.registry],
  });
  readonly #notKept = new Counter({
    name: 'insights_api_cache_not_kept_total',
    help: 'Answers that were not kept because API_CACHE_BYTES was used up.',
    registers: [this.registry],
  });
  readonly #malformed = new Counter({
    name: 'insights_api_cache_malformed_total',
    help: 'Misses because what Redis returned had not the shape of the answer.',
    registers: [this.registry],
  });
  readonly #cacheBytes = new Gauge({
    name: 'insights_api_cache_bytes',
    help: 'Bytes of the answers of all replicas in Redis; NaN if Redis does not answer.',
    registers: [this.registry],
  });
  readonly #cacheBudget = new Gauge({
    name: 'insights_api_cache_budget_bytes',
    help: 'What the answers of all replicas may take in Redis (API_CACHE_BYTES).',
    registers: [this.registry],
  });
  readonly #pool = new PoolMetrics(this.registry);
  readonly #progress = new ProgressMetrics(this.registry);

  constructor(services: Services) {
    this.#services = services;
  }

  /** `route`: the declared path, so that the number of series is bounded. */
  answered(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.#seconds.observe(labels, seconds);
  }

  /** Prometheus' text format. */
  async text(): Promise<string> {
    const { db, cache } = this.#services;
    this.#pool.update(db?.statistics());
    await Promise.all([
      cache && this.#readCache(cache),
      this.#progress.update(db?.control, { timeoutMs: TIMEOUT_MS }),
    ]);
    return await this.registry.metrics();
  }

  async #readCache(cache: ResponseCache): Promise<void> {
    const { hits, misses, malformed, refused } = cache.statistics();
    for (const counter of [this.#lookups, this.#malformed, this.#notKept]) counter.reset();
    this.#lookups.inc({ outcome: 'hits' }, hits);
    this.#lookups.inc({ outcome: 'misses' }, misses);
    this.#malformed.inc(malformed);
    this.#notKept.inc(refused);
    const { used, budget } = await cache.size();
    this.#cacheBytes.set(used ?? Number.NaN);
    this.#cacheBudget.set(budget);
  }
}
