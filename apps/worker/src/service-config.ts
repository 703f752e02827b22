import { parseEnv, serviceVariables } from '@stellar-insights/runtime/env';

/** @throws ConfigError */
export function databaseUrl(env: Readonly<Record<string, string | undefined>>): string {
  const { DATABASE_URL } = serviceVariables;
  return parseEnv({ DATABASE_URL }, env).DATABASE_URL;
}
