import type { Readiness as ReadyAnswer } from '@stellar-insights/contract';
import type { Database } from '@stellar-insights/db';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { ResponseCache } from '../cache/response-cache.ts';

const PATIENCE_MS = 1000;

/** What the readiness probe is told. */
export class ApiHealth {
  readonly #readiness: Pick<Readiness, 'probe'>;
  readonly #db: Database;
  readonly #cache: ResponseCache;

  constructor(readiness: Pick<Readiness, 'probe'>, db: Database, cache: ResponseCache) {
    this.#readiness = readiness;
    this.#db = db;
    this.#cache = cache;
  }

  async ready(): Promise<ReadyAnswer> {
    const serving = this.#readiness.probe();
    const [postgres, redis] = await Promise.all([this.#postgres(), this.#cache.isUp()]);
    const healthy = redis ? 'ready' : 'degraded';
    return {
      status: serving && postgres ? healthy : 'not_ready',
      postgres: postgres ? 'up' : 'away',
      redis: redis ? 'up' : 'away',
    };
  }

  async #postgres(): Promise<boolean> {
    const answer = this.#db.run(({ sql }) => sql`select 1`, { timeoutMs: PATIENCE_MS });
    return await answer.then(
      () => true,
      () => false,
    );
  }
}
