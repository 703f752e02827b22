import { Database, databaseOptions, requireSchema } from '@stellar-insights/db';
import type { ApiPhaseName, Lifecycle } from '@stellar-insights/lifecycle';
import { listen } from '@stellar-insights/lifecycle/http';
import { connectPostgres } from '@stellar-insights/lifecycle/postgres';
import { redisConnection } from '@stellar-insights/lifecycle/redis';
import type { Log } from '@stellar-insights/runtime/log';
import { createApi } from './api.ts';
import { connectRedis } from './cache/connect-redis.ts';
import { ResponseCache } from './cache/response-cache.ts';
import type { ApiConfig } from './config.ts';
import { ApiHealth } from './health/api-health.ts';
import { ApiMetrics } from './health/api-metrics.ts';
import { apiServer } from './server.ts';

/** Of the time that the start may take, what is spent on Postgres at most. */
const PATIENCE_SHARE = 0.9;

/**
 * Starts everything, the server last: who can ask gets answers. Postgres is waited for, Redis may be away.
 *
 * @throws LifecycleError naming what did not start
 */
export async function compose(app: Lifecycle<ApiPhaseName>, config: ApiConfig, log: Log): Promise<void> {
  const options = databaseOptions({ applicationName: 'insights-api' });
  // It gives up first, as it knows what it met.
  const patience = AbortSignal.timeout(config.shutdown.startTimeout * 1000 * PATIENCE_SHARE);
  const { sql } = await app.acquire('database', (signal) =>
    connectPostgres(config.databaseUrl, { ...options, signal: AbortSignal.any([signal, patience]) }),
  );
  const db = new Database(sql);
  await requireSchema(db);

  const redis = connectRedis(config.redisUrl, log);
  const cache = new ResponseCache(redis);
  await app.acquire('cache', () => redisConnection(redis, { statistics: () => cache.statistics() }));

  const health = new ApiHealth(app.readiness, db, cache);
  const metrics = new ApiMetrics(cache);
  const api = createApi({ db, cache, health, metrics, log, corsOrigins: config.corsOrigins });
  const { server } = await app.acquire('drain', () => listen(apiServer(api), config.port));
  log.info({ address: server.address() }, 'the API is served');
}
