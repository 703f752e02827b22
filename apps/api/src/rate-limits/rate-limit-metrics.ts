import { Counter, Gauge, type Registry } from 'prom-client';

/** What the metrics are read from at each scrape. */
export interface RateLimitStatistics {
  /** Requests, by what was limited. */
  readonly refused: Readonly<Record<string, number>>;
  readonly unshared: number;
  readonly subjects: number;
}

/** No label names a client. */
export function registerRateLimitMetrics(registry: Registry, read: () => RateLimitStatistics): void {
  const registers = [registry];
  const refused: Counter<'kind'> = new Counter({
    name: 'insights_api_rate_limited_total',
    help: 'Requests that were refused with 429, by what was limited (key, address, authentication).',
    labelNames: ['kind'],
    registers,
    collect: () => {
      refused.reset();
      for (const [kind, requests] of Object.entries(read().refused)) refused.inc({ kind }, requests);
    },
  });
  const unshared: Counter = new Counter({
    name: 'insights_api_rate_limit_unshared_total',
    help: 'Requests that only this process has counted, because Redis did not serve.',
    registers,
    collect: () => {
      unshared.reset();
      unshared.inc(read().unshared);
    },
  });
  const subjects: Gauge = new Gauge({
    name: 'insights_api_rate_limit_subjects',
    help: 'Keys and addresses whose requests this process counts.',
    registers,
    collect: () => subjects.set(read().subjects),
  });
}
