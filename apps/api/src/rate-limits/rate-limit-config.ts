import { defineEnv, parseEnv, type Env } from '@stellar-insights/runtime/env';
import { z } from 'zod';

const perMinute = z.coerce.number().int().min(0).max(10_000_000);

export const rateLimitVariables = defineEnv({
  API_RATE_LIMIT_PER_KEY: {
    schema: perMinute.default(6000),
    description:
      'Requests per minute with one API key, on all replicas together, unless the key has a limit of its own. 0: no limit.',
  },
  API_RATE_LIMIT_PER_ADDRESS: {
    schema: perMinute.default(1200),
    description:
      'Requests per minute without a key from one client address (IPv6: from its /64), on all replicas together. Keys and tokens that are not valid have the same limit, and one of them a tenth of it. Behind proxies, set TRUSTED_PROXIES too. 0: no limit.',
  },
});

/** Requests per minute; 0: no limit. */
export interface RateLimitConfig {
  readonly perKey: number;
  readonly perAddress: number;
}

/** @throws ConfigError with every fault */
export function rateLimitConfig(env: Env): RateLimitConfig {
  const values = parseEnv(rateLimitVariables, env);
  return { perKey: values.API_RATE_LIMIT_PER_KEY, perAddress: values.API_RATE_LIMIT_PER_ADDRESS };
}
