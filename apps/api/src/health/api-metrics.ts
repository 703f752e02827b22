import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { ResponseCache } from '../cache/response-cache.ts';

/** What `/metrics` tells. */
export class ApiMetrics {
  readonly registry: Registry = createMetrics('api');
  readonly #cache: ResponseCache;
  readonly #seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly #lookups = new Counter({
    name: 'insights_api_cache_lookups_total',
    help: 'Answers that were looked for in the cache, by outcome (hits, misses).',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  constructor(cache: ResponseCache) {
    this.#cache = cache;
  }

  /** `route` as it was declared, so that the number of series is bounded. */
  answered(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.#seconds.observe(labels, seconds);
  }

  /** Prometheus' text format. */
  async text(): Promise<string> {
    this.#lookups.reset();
    for (const [outcome, count] of Object.entries(this.#cache.statistics()))
      this.#lookups.inc({ outcome }, count);
    return await this.registry.metrics();
  }
}
