import type { Readiness as ReadyAnswer } from '@stellar-insights/contract';
import type { Readiness } from '@stellar-insights/lifecycle';
import type { Services } from '../../answers/route-context.ts';

const TIMEOUT_MS = 1000;

/** What the probes are answered. */
export class ApiHealth {
  readonly #readiness: Pick<Readiness, 'probe'>;
  readonly #services: Services;

  constructor(readiness: Pick<Readiness, 'probe'>, services: Services) {
    this.#readiness = readiness;
    this.#services = services;
  }

  /** Whether all services have been acquired. */
  get started(): boolean {
    return this.#services.db !== undefined && this.#services.cache !== undefined;
  }

  async ready(): Promise<ReadyAnswer> {
    const serving = this.#readiness.probe();
    const [postgres, redis] = await Promise.all([this.#postgres(), this.#services.cache?.isUp() ?? false]);
    const healthy = redis ? 'ready' : 'degraded';
    return {
      status: serving && postgres ? healthy : 'not_ready',
      postgres: postgres ? 'up' : 'away',
      redis: redis ? 'up' : 'away',
    };
  }

  async #postgres(): Promise<boolean> {
    const { db } = this.#services;
    if (db === undefined) return false;
    const answer = db.run(({ sql }) => sql`select 1`, { timeoutMs: TIMEOUT_MS });
    return await answer.then(
      () => true,
      () => false,
    );
  }
}
