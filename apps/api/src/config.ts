import { databaseConfig, type DatabaseConfig } from '@stellar-insights/db/config';
import { shutdownFromEnv, type ShutdownSettings } from '@stellar-insights/lifecycle';
import {
  collectFaults,
  ConfigError,
  defineEnv,
  parseEnv,
  serviceVariables,
  shutdownDefaults,
  type Env,
} from '@stellar-insights/runtime/env';
import { logVariables, type LogLevel } from '@stellar-insights/runtime/log';
import { adminVariables, listeningPort } from '@stellar-insights/runtime/process';
import { z } from 'zod';
import type { AccessMode } from './access/access.ts';
import { rateLimitConfig, type RateLimitConfig } from './rate-limits/rate-limit-config.ts';
import { webhookSettings, type WebhookSettings } from './routes/webhooks/webhook-settings.ts';
import { realtimeConfig, type RealtimeConfig } from './realtime/realtime-config.ts';

const origin = z.url({ protocol: /^https?$/ }).refine((text) => URL.parse(text)?.origin === text);

export const apiVariables = defineEnv({
  API_PORT: {
    schema: listeningPort.default(3000),
    description: 'Port of the API; 0 takes any free port.',
  },
  API_ADMIN_PORT: {
    schema: listeningPort.default(3002),
    description:
      'Port of /metrics, /health/ready with its details, /health/live and /health/startup; 0 takes any free port.',
  },
  API_AUTH: {
    schema: z.enum(['open', 'keyed']).default('open'),
    description:
      'Whether reads need an API key: `open` (no) or `keyed` (yes). Everything that is not only a read always needs one. The first key: `insights keys create`.',
  },
  API_CACHE_BYTES: {
    schema: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 40)
      .default(67_108_864),
    description:
      'What the cached answers of all replicas together may take of the memory of Redis, in bytes. An answer that does not fit is not kept. Give all replicas the same number; 0 keeps none.',
  },
  API_HOT_CACHE_BYTES: {
    schema: z.coerce
      .number()
      .int()
      .min(0)
      .max(2 ** 30)
      .default(16_777_216),
    description:
      'What the answers that were sent last may take of the memory of one API process, in bytes. Each is sent again, without a look into Redis, while the state that it was made from is the present one. 0 keeps none.',
  },
  API_KEEP_ALIVE_TIMEOUT: {
    schema: z.coerce.number().min(1).max(7200).default(75),
    description:
      'Seconds for which a connection without a request is kept. Longer than the load balancer keeps it: else the balancer sends a request into a connection that is being closed.',
  },
  CORS_ORIGINS: {
    schema: z
      .string()
      .default('*')
      .transform((text) => (text.trim() === '*' ? ('*' as const) : text.split(',').map((one) => one.trim())))
      .pipe(z.union([z.literal('*'), z.array(origin)]))
      .describe('* or a comma-separated list of origins such as https://app.example.com'),
    description: 'The origins whose web pages may read the API.',
  },
  TRUSTED_PROXIES: {
    schema: z.coerce.number().int().min(0).max(10).default(0),
    description:
      'How many proxies a request passes on its way to the API, each of which appends the address that it sees to X-Forwarded-For. The client is the one that the outermost of them saw. 0: X-Forwarded-For is not read.',
  },
});

export interface ApiConfig {
  readonly database: DatabaseConfig;
  /** Of a replica; undefined: the primary answers everything. */
  readonly readUrl: string | undefined;
  readonly redisUrl: string;
  readonly port: number;
  readonly adminPort: number;
  /** The address of the admin port; undefined: all addresses. */
  readonly adminHost: string | undefined;
  readonly auth: AccessMode;
  readonly cacheBytes: number;
  readonly hotCacheBytes: number;
  readonly keepAliveTimeoutMs: number;
  readonly corsOrigins: '*' | readonly string[];
  readonly trustedProxies: number;
  readonly realtime: RealtimeConfig;
  readonly rateLimits: RateLimitConfig;
  readonly webhooks: WebhookSettings;
  readonly logLevel: LogLevel;
  readonly shutdown: ShutdownSettings;
}

const { DATABASE_READ_URL, REDIS_URL } = serviceVariables;

/** @throws ConfigError with every fault */
export function apiConfig(env: Env): ApiConfig {
  return collectFaults((part) => {
    const database = part(() => databaseConfig(env));
    const values = part(() =>
      parseEnv({ DATABASE_READ_URL, REDIS_URL, ...apiVariables, ...adminVariables, ...logVariables }, env),
    );
    const realtime = part(() => realtimeConfig(env));
    const rateLimits = part(() => rateLimitConfig(env));
    const webhooks = part(() => webhookSettings(env));
    const shutdown = part(() => shutdownFromEnv(env, shutdownDefaults));
    if (values) part(() => requireTwoPorts(values.API_PORT, values.API_ADMIN_PORT));
    return (
      database &&
      values &&
      realtime &&
      rateLimits &&
      webhooks &&
      shutdown && {
        database,
        readUrl: values.DATABASE_READ_URL,
        redisUrl: values.REDIS_URL,
        port: values.API_PORT,
        adminPort: values.API_ADMIN_PORT,
        adminHost: values.ADMIN_HOST,
        auth: values.API_AUTH,
        cacheBytes: values.API_CACHE_BYTES,
        hotCacheBytes: values.API_HOT_CACHE_BYTES,
        keepAliveTimeoutMs: values.API_KEEP_ALIVE_TIMEOUT * 1000,
        corsOrigins: values.CORS_ORIGINS,
        trustedProxies: values.TRUSTED_PROXIES,
        realtime,
        rateLimits,
        webhooks,
        logLevel: values.LOG_LEVEL,
        shutdown,
      }
    );
  });
}

/** @throws ConfigError */
function requireTwoPorts(port: number, adminPort: number): void {
  if (port === 0 || port !== adminPort) return;
  throw new ConfigError([
    { name: 'API_ADMIN_PORT', found: `${adminPort}, as API_PORT`, expected: 'another port' },
  ]);
}
