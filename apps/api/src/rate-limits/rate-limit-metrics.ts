import { Counter, Gauge, type Registry } from 'prom-client';
import type { RateLimiter } from './rate-limiter.ts';
import { LIMIT_KINDS, type LimitKind } from './rate-limits.ts';

/** The metrics of the rate limits. No label names a client. */
export class RateLimitMetrics {
  readonly #refused: Counter<'kind'>;

  constructor(registry: Registry, limiter: Pick<RateLimiter, 'subjects' | 'unshared'>) {
    const registers = [registry];
    this.#refused = new Counter({
      name: 'insights_api_rate_limited_total',
      help: 'Requests that were refused with 429, by what was limited (key, address, authentication).',
      labelNames: ['kind'],
      registers,
    });
    for (const kind of LIMIT_KINDS) this.#refused.inc({ kind }, 0);
    new Counter({
      name: 'insights_api_rate_limit_unshared_total',
      help: 'Requests that only this process has counted, because Redis did not serve.',
      registers,
      collect() {
        this.reset();
        this.inc(limiter.unshared);
      },
    });
    new Gauge({
      name: 'insights_api_rate_limit_subjects',
      help: 'Keys and addresses whose requests this process counts.',
      registers,
      collect() {
        this.set(limiter.subjects);
      },
    });
  }

  refused(kind: LimitKind): void {
    this.#refused.inc({ kind });
  }
}
