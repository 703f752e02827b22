import { ConfigError, parseEnv, serviceVariables, type Env } from '@stellar-insights/runtime/env';

/** Where a database is reached. */
export interface DatabaseConfig {
  readonly url: string;
  /**
   * When the pooler that `url` leads to gives the server's session to another client: after this one, or after each of its
   * transactions. `none`: `url` leads to the server.
   */
  readonly pooler: 'none' | 'session' | 'transaction';
  /** Leads to the server itself, if there is such a URL; otherwise as `url`. */
  readonly directUrl: string;
}

/** A URL leads to the server itself. */
export type DatabaseLocation = DatabaseConfig | string;

export function databaseAt(location: DatabaseLocation): DatabaseConfig {
  return typeof location === 'string' ? { url: location, pooler: 'none', directUrl: location } : location;
}

/** The way to the same database on which a session is one's own. `variable` leads there. */
export function directly(location: DatabaseLocation): DatabaseConfig & { readonly variable: string } {
  const { url, pooler, directUrl } = databaseAt(location);
  if (directUrl === url) return { url, directUrl, pooler, variable: 'DATABASE_URL' };
  return { url: directUrl, directUrl, pooler: 'none', variable: 'DATABASE_DIRECT_URL' };
}

/** @throws ConfigError with every fault */
export function databaseConfig(env: Env): DatabaseConfig {
  const { DATABASE_URL, DATABASE_POOLER, DATABASE_DIRECT_URL } = serviceVariables;
  const values = parseEnv({ DATABASE_URL, DATABASE_POOLER, DATABASE_DIRECT_URL }, env);
  const { DATABASE_URL: url, DATABASE_POOLER: pooler, DATABASE_DIRECT_URL: directUrl } = values;
  if (pooler === 'transaction' && directUrl === undefined) {
    const expected = 'a URL of the database without the pooler, as DATABASE_POOLER is transaction';
    throw new ConfigError([{ name: 'DATABASE_DIRECT_URL', found: 'nothing', expected }]);
  }
  return { url, pooler, directUrl: directUrl ?? url };
}
