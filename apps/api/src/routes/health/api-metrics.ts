import { ProgressMetrics } from '@stellar-insights/db/metrics';
import { createMetrics } from '@stellar-insights/runtime/metrics';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Services } from '../../answers/route-context.ts';

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
    this.#lookups.reset();
    const lookups = this.#services.cache?.statistics() ?? { hits: 0, misses: 0 };
    for (const [outcome, count] of Object.entries(lookups)) this.#lookups.inc({ outcome }, count);
    await this.#progress.update(this.#services.db, { timeoutMs: TIMEOUT_MS });
    return await this.registry.metrics();
  }
}
