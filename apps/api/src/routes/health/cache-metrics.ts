import { Counter, Gauge, type Registry } from 'prom-client';
import type { ResponseCache } from '../../cache/response-cache.ts';

const LOOKUPS = ['hits', 'stale_hits', 'misses', 'shared'] as const;

/** What the cache has counted, by kind of answer. */
export class CacheMetrics {
  readonly #lookups: Counter<'kind' | 'outcome'>;
  readonly #computed: Counter<'kind'>;
  readonly #notKept: Counter<'kind'>;
  readonly #malformed: Counter<'kind'>;
  readonly #bytes: Gauge<'kind'>;
  readonly #budget: Gauge;
  readonly #hotBytes: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#lookups = new Counter({
      name: 'insights_api_cache_lookups_total',
      help: 'Lookups in the cache of answers, by kind and outcome (hits, stale_hits, misses, shared).',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#computed = new Counter({
      name: 'insights_api_cache_computed_total',
      help: 'Answers computed, for requests or because the one of the state before was served.',
      labelNames: ['kind'],
      registers,
    });
    this.#notKept = new Counter({
      name: 'insights_api_cache_not_kept_total',
      help: 'Answers that were not kept because API_CACHE_BYTES was used up, or they were too long.',
      labelNames: ['kind'],
      registers,
    });
    this.#malformed = new Counter({
      name: 'insights_api_cache_malformed_total',
      help: 'What Redis returned and was not what an API had written there.',
      labelNames: ['kind'],
      registers,
    });
    this.#bytes = new Gauge({
      name: 'insights_api_cache_bytes',
      help: 'Bytes of the answers of all replicas in Redis; NaN if Redis does not answer.',
      labelNames: ['kind'],
      registers,
    });
    this.#budget = new Gauge({
      name: 'insights_api_cache_budget_bytes',
      help: 'What the answers of all replicas may take in Redis (API_CACHE_BYTES).',
      registers,
    });
    this.#hotBytes = new Gauge({
      name: 'insights_api_hot_cache_bytes',
      help: 'Bytes of the answers that this process has at hand, at most (API_HOT_CACHE_BYTES bounds them).',
      registers,
    });
  }

  async update(cache: ResponseCache): Promise<void> {
    const { used, budget } = await cache.store.size();
    for (const counter of [this.#lookups, this.#computed, this.#notKept, this.#malformed]) counter.reset();
    for (const [kind, counts] of cache.statistics.all()) {
      for (const outcome of LOOKUPS) this.#lookups.inc({ outcome, kind }, counts[outcome]);
      this.#computed.inc({ kind }, counts.computed);
      this.#notKept.inc({ kind }, counts.not_kept);
      this.#malformed.inc({ kind }, counts.malformed);
      this.#bytes.set({ kind }, used === undefined ? Number.NaN : (used.byKind.get(kind) ?? 0));
    }
    this.#budget.set(budget);
    this.#hotBytes.set(cache.hot.bytes);
  }
}
