import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { createLog } from '@stellar-insights/runtime/log';
import { systemClock as clock } from '@stellar-insights/runtime/time';
import { onTestFinished } from 'vitest';
import type { ApiEnv } from '../../src/answers/route-context.ts';
import { createApi } from '../../src/api.ts';
import { composeParts } from '../../src/compose-parts.ts';
import type { RateLimits } from '../../src/rate-limits/rate-limits.ts';
import type { Realtime } from '../../src/realtime/realtime.ts';
import { apiServer, type ApiServerParts } from '../../src/server/api-server.ts';
import { API_SETTINGS, READY } from './api-settings.ts';

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
  return await listen(api, partsOf().realtime, settings);
}

/** The whole API before it has its services. Resolves to its port. */
export async function serveApi(settings: ServerSettings = {}): Promise<number> {
  const parts = partsOf(settings.trustedProxies);
  const { limits = parts.limits } = settings;
  return await listen(createApi({ ...parts, limits }), parts.realtime, settings);
}

function partsOf(trustedProxies = 0) {
  const config = { ...API_SETTINGS, trustedProxies };
  return composeParts({ config, services: {}, readiness: READY, clock, log });
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
