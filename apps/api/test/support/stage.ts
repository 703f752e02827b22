import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { createLog } from '@stellar-insights/runtime/log';
import { createApi } from '../../src/api.ts';
import { connectRedis } from '../../src/cache/connect-redis.ts';
import { ResponseCache } from '../../src/cache/response-cache.ts';
import { ApiHealth } from '../../src/health/api-health.ts';
import { ApiMetrics } from '../../src/health/api-metrics.ts';

/**
 * `db`: a pool to a migrated database of the file's own, empty at first; `api`: all of the API on it, and on a Redis of the
 * file's own, reached without a socket.
 */
export const test = onServices
  .extend('url', { scope: 'file' }, async ({ fileDatabase }) => {
    await migrate(fileDatabase.url);
    return fileDatabase.url;
  })
  .extend('db', { scope: 'file' }, ({ url }, { onCleanup }) => {
    const db = connectDatabase(url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('api', { scope: 'file' }, ({ db, fileRedis }, { onCleanup }) => {
    const log = createLog({ name: 'test', level: 'silent' });
    const redis = connectRedis(fileRedis.url, log);
    onCleanup(() => redis.disconnect());
    const cache = new ResponseCache(redis);
    return createApi({
      db,
      cache,
      health: new ApiHealth({ probe: () => true }, db, cache),
      metrics: new ApiMetrics(cache),
      log,
      corsOrigins: ['https://app.example'],
    });
  });
