import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Access } from '../../src/access/access.ts';
import { createApi } from '../../src/api.ts';
import { openCache } from '../../src/cache/open-cache.ts';
import { ApiHealth } from '../../src/routes/health/api-health.ts';
import { rateLimitConfig } from '../../src/rate-limits/rate-limit-config.ts';
import { RateLimits } from '../../src/rate-limits/rate-limits.ts';
import { realtimeConfig } from '../../src/realtime/realtime-config.ts';
import { Realtime } from '../../src/realtime/realtime.ts';
import { webhookSettings } from '../../src/routes/webhooks/webhook-settings.ts';
import { ApiMetrics } from '../../src/routes/health/api-metrics.ts';
import { addressBehind } from '../../src/server/client-address.ts';

const corsOrigins = ['https://app.example'];
const addressOf = addressBehind(0);
const WEBHOOK_ENV = {
  WEBHOOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
};

/**
 * `db`: a pool to a migrated database of this test file, empty at first. `api`: the whole API on this database and on a Redis
 * of this file; it is called without a socket. `lines`: what it logs. `health` and `metrics`: what its admin port reports. `realtime`: not started.
 * `limits`: requests without a socket have no address, and are not limited.
 */
export const test = onServices
  .extend('url', { scope: 'file' }, async ({ fileDatabase }) => {
    await migrate(fileDatabase.url);
    return fileDatabase.url;
  })
  .extend('db', { scope: 'file' }, ({ url }, { onCleanup }) => {
    const db = connectDatabase(url, {
      applicationName: 'test',
      requests: { limit: 10, queue: 100, waitMs: 5000, statementTimeoutMs: 8000 },
    });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('lines', { scope: 'file' }, (): string[] => [])
  .extend('log', { scope: 'file' }, ({ lines }) =>
    createLog({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } }),
  )
  .extend('services', { scope: 'file' }, ({ db, log, fileRedis }, { onCleanup }) => {
    const { cache, client } = openCache({ url: fileRedis.url, budgetBytes: 2 ** 26, log, clock });
    onCleanup(() => client.disconnect());
    return { db, cache };
  })
  .extend(
    'health',
    { scope: 'file' },
    ({ services }) => new ApiHealth({ probe: () => true }, services, clock),
  )
  .extend('metrics', { scope: 'file' }, ({ services }) => new ApiMetrics(services))
  .extend(
    'access',
    { scope: 'file' },
    ({ services, metrics, log }) =>
      new Access({ mode: 'open', services, registry: metrics.registry, clock, log }),
  )
  .extend('realtime', { scope: 'file' }, ({ metrics, access, log }) => {
    return new Realtime({
      config: realtimeConfig({}),
      origins: corsOrigins,
      addressOf,
      registry: metrics.registry,
      clock,
      log,
      authorize: access.authorizeStream,
    });
  })
  .extend('limits', { scope: 'file' }, ({ metrics, log }) => {
    const config = rateLimitConfig({});
    return new RateLimits({ config, registry: metrics.registry, clock, log });
  })
  .extend('webhooks', { scope: 'file' }, () => webhookSettings(WEBHOOK_ENV))
  .extend(
    'parts',
    { scope: 'file' },
    ({ services, realtime, access, health, metrics, limits, webhooks, log }) => ({
      services,
      realtime,
      access,
      health,
      metrics,
      limits,
      webhooks,
      log,
      clock,
      corsOrigins,
      addressOf,
    }),
  )
  .extend('api', { scope: 'file' }, ({ parts }) => createApi(parts));
