import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import type { ApiEnv } from '../../src/answers/route-context.ts';
import { createApi } from '../../src/api.ts';
import { realtimeConfig } from '../../src/realtime/realtime-config.ts';
import { RateLimits } from '../../src/rate-limits/rate-limits.ts';
import { Realtime } from '../../src/realtime/realtime.ts';
import { ApiHealth } from '../../src/routes/health/api-health.ts';
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
  return await listen(api, notStarted(new Registry()), settings);
}

/** The whole API before it has its services. Resolves to its port. */
export async function serveApi(settings: ServerSettings = {}): Promise<number> {
  const services = {};
  const health = new ApiHealth({ probe: () => true }, services, clock);
  const metrics = new ApiMetrics(services);
  const { registry } = metrics;
  const realtime = notStarted(registry);
  const { limits = new RateLimits({ config: { perKey: 0, perAddress: 0 }, registry, clock, log }) } =
    settings;
  const api = createApi({
    services,
    realtime,
    health,
    metrics,
    log,
    clock,
    corsOrigins: '*',
    addressOf: addressBehind(settings.trustedProxies ?? 0),
    limits,
  });
  return await listen(api, realtime, settings);
}

function notStarted(registry: Registry): Realtime {
  return new Realtime({ config: realtimeConfig({}), origins: '*', addressOf, registry, clock, log });
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
