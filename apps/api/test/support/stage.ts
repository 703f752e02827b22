import { test as onServices } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '@stellar-insights/db';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { createApi } from '../../src/api.ts';
import { openCache } from '../../src/cache/open-cache.ts';
import { composeParts } from '../../src/compose-parts.ts';
import { rateLimitConfig } from '../../src/rate-limits/rate-limit-config.ts';
import { webhookSettings } from '../../src/routes/webhooks/webhook-settings.ts';
import { API_SETTINGS, READY } from './api-settings.ts';

const WEBHOOK_ENV = {
  WEBHOOK_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
};

/**
 * `db`: a pool to a migrated database of this test file, empty at first. `api`: the whole API on this database and on a Redis
 * of this file; it is called without a socket, so that requests have no address, and are not limited. `lines`: what it logs.
 * `parts`: what it is made of; streams are not started. `health` and `metrics`: what its admin port reports.
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
  /** What the API may have at hand of the answers that it has sent. */
  .extend('hotBytes', { scope: 'file' }, () => 2 ** 24)
  .extend('services', { scope: 'file' }, ({ db, log, fileRedis, hotBytes }, { onCleanup }) => {
    const { cache, client } = openCache({ url: fileRedis.url, budgetBytes: 2 ** 26, hotBytes, log, clock });
    onCleanup(() => client.disconnect());
    return { db, cache };
  })
  .extend('parts', { scope: 'file' }, ({ services, log }) => {
    const config = {
      ...API_SETTINGS,
      corsOrigins: ['https://app.example'],
      // A walk over all routes sends thousands of requests with one key.
      rateLimits: { ...rateLimitConfig({}), perKey: 1_000_000 },
      webhooks: webhookSettings(WEBHOOK_ENV),
    };
    return composeParts({ config, services, readiness: READY, clock, log });
  })
  .extend('health', { scope: 'file' }, ({ parts }) => parts.health)
  .extend('metrics', { scope: 'file' }, ({ parts }) => parts.metrics)
  .extend('api', { scope: 'file' }, ({ parts }) => createApi(parts));
