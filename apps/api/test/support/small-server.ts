import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import type { ApiEnv } from '../../src/answers/route-context.ts';
import { Access } from '../../src/access/access.ts';
import { createApi } from '../../src/api.ts';
import { realtimeConfig } from '../../src/realtime/realtime-config.ts';
import { RateLimits } from '../../src/rate-limits/rate-limits.ts';
import { Realtime } from '../../src/realtime/realtime.ts';
import { ApiHealth } from '../../src/routes/health/api-health.ts';
import { webhookSettings } from '../../src/routes/webhooks/webhook-settings.ts';
import { ApiMetrics } from '../../src/routes/health/api-metrics.ts';
import { apiServer, type ApiServerParts } from '../../src/server/api-server.ts';
import { addressBehind } from '../../src/server/client-address.ts';

const addressOf = addressBehind(0);
const log = createLog({ name: 'test', level: 'silent' });

export interface ServerSettings extends Partial<Pick<ApiServerParts, 'keepAliveTimeoutMs' | 'stalledMs'>> {
  /** Default: no limits. */
  readonly limits?: RateLimits;
  readonly trustedProxies?: number;
  /** Is given the server before it listens. */
  readonly onServer?: (server: Server) => void;
}

/** The API's server around a few routes of a test. Resolves to its port. */
export async function serveRoutes(
  add: (api: OpenAPIHono<ApiEnv>) => void,
  settings?: ServerSettings,
): Promise<number> {
  const api = new OpenAPIHono<ApiEnv>();
  add(api);
  const registry = new Registry();
  return await listen(api, notStarted(registry, accessOf(registry)), settings);
}

/** The whole API before it has its services. Resolves to its port. */
export async function serveApi(settings: ServerSettings = {}): Promise<number> {
  const services = {};
  const health = new ApiHealth({ probe: () => true }, services, clock);
  const metrics = new ApiMetrics(services);
  const { registry } = metrics;
  const access = accessOf(registry);
  const realtime = notStarted(registry, access);
  const { limits = new RateLimits({ config: { perKey: 0, perAddress: 0 }, registry, clock, log }) } =
    settings;
  const api = createApi({
    services,
    realtime,
    access,
    health,
    metrics,
    log,
    clock,
    corsOrigins: '*',
    addressOf: addressBehind(settings.trustedProxies ?? 0),
    limits,
    webhooks: webhookSettings({}),
  });
  return await listen(api, realtime, settings);
}

function accessOf(registry: Registry): Access {
  return new Access({ mode: 'open', services: {}, registry, clock, log });
}

function notStarted(registry: Registry, { authorizeStream: authorize }: Access): Realtime {
  const config = realtimeConfig({});
  return new Realtime({ config, origins: '*', addressOf, registry, clock, log, authorize });
}

async function listen(
  api: OpenAPIHono<ApiEnv>,
  realtime: Realtime,
  { onServer, keepAliveTimeoutMs = 60_000, ...parts }: ServerSettings = {},
): Promise<number> {
  const server = apiServer({ api, realtime, clock, keepAliveTimeoutMs, ...parts });
  onServer?.(server);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
