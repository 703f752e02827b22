import { databaseConfig, type DatabaseConfig } from '@stellar-insights/db/config';
import { shutdownFromEnv, type ShutdownSettings } from '@stellar-insights/lifecycle';
import {
  collectFaults,
  defineEnv,
  parseEnv,
  serviceVariables,
  shutdownDefaults,
  type Env,
} from '@stellar-insights/runtime/env';
import { logVariables, type LogLevel } from '@stellar-insights/runtime/log';
import { z } from 'zod';

const origin = z.url({ protocol: /^https?$/ }).refine((text) => URL.parse(text)?.origin === text);

export const apiVariables = defineEnv({
  API_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).default(3000),
    description: 'Port of the API; 0 takes any free port.',
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
  CORS_ORIGINS: {
    schema: z
      .string()
      .default('*')
      .transform((text) => (text.trim() === '*' ? ('*' as const) : text.split(',').map((one) => one.trim())))
      .pipe(z.union([z.literal('*'), z.array(origin)]))
      .describe('* or a comma-separated list of origins such as https://app.example.com'),
    description: 'The origins whose web pages may read the API.',
  },
});

export interface ApiConfig {
  readonly database: DatabaseConfig;
  readonly redisUrl: string;
  readonly port: number;
  readonly cacheBytes: number;
  readonly corsOrigins: '*' | readonly string[];
  readonly logLevel: LogLevel;
  readonly shutdown: ShutdownSettings;
}

const { REDIS_URL } = serviceVariables;

/** @throws ConfigError with every fault */
export function apiConfig(env: Env): ApiConfig {
  return collectFaults((part) => {
    const database = part(() => databaseConfig(env));
    const values = part(() => parseEnv({ REDIS_URL, ...apiVariables, ...logVariables }, env));
    const shutdown = part(() => shutdownFromEnv(env, shutdownDefaults));
    return (
      database &&
      values &&
      shutdown && {
        database,
        redisUrl: values.REDIS_URL,
        port: values.API_PORT,
        cacheBytes: values.API_CACHE_BYTES,
        corsOrigins: values.CORS_ORIGINS,
        logLevel: values.LOG_LEVEL,
        shutdown,
      }
    );
  });
}
