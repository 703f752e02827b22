import type { Readiness } from '@stellar-insights/lifecycle';
import type { Log } from '@stellar-insights/runtime/log';
import type { Clock } from '@stellar-insights/runtime/time';
import { Access } from './access/access.ts';
import { Compressor } from './answers/compressor.ts';
import type { Services } from './answers/route-context.ts';
import type { ApiParts } from './api.ts';
import type { ApiConfig } from './config.ts';
import { refusesUpgrade } from './middleware/rate-limit.ts';
import { RateLimits } from './rate-limits/rate-limits.ts';
import type { Authorize } from './realtime/connections/authorize.ts';
import { Realtime } from './realtime/realtime.ts';
import { ApiHealth } from './routes/health/api-health.ts';
import { ApiMetrics } from './routes/health/api-metrics.ts';
import { addressBehind } from './server/client-address.ts';

export interface Foundations {
  readonly config: Pick<
    ApiConfig,
    'auth' | 'corsOrigins' | 'rateLimits' | 'realtime' | 'trustedProxies' | 'webhooks'
  >;
  /** May be empty at first. */
  readonly services: Services;
  readonly readiness: Pick<Readiness, 'probe' | 'ready'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Decides who may open a stream. Default: their keys and tokens do. */
  readonly authorize?: Authorize | undefined;
}

/** What `createApi` is given, built in order. Nothing is started. */
export function composeParts({
  config,
  services,
  readiness,
  clock,
  log,
  authorize,
}: Foundations): ApiParts & { readonly metrics: ApiMetrics } {
  const { corsOrigins, webhooks } = config;
  const health = new ApiHealth(readiness, services, clock);
  const metrics = new ApiMetrics(services);
  const { registry } = metrics;
  const addressOf = addressBehind(config.trustedProxies);
  const access = new Access({ mode: config.auth, services, registry, clock, log });
  const limits = new RateLimits({ config: config.rateLimits, registry, clock, log });
  const compressor = new Compressor(registry);
  const realtime = new Realtime({
    config: config.realtime,
    origins: corsOrigins,
    addressOf,
    isLimited: refusesUpgrade(limits, addressOf),
    registry,
    clock,
    log,
    authorize: authorize ?? access.authorizeStream,
  });
  return {
    services,
    readiness,
    realtime,
    access,
    health,
    metrics,
    log,
    clock,
    corsOrigins,
    addressOf,
    limits,
    compressor,
    webhooks,
  };
}
