import { ConfigError } from '@stellar-insights/runtime/env';
import { describe, expect, it } from 'vitest';
import { databaseConfig, directly } from '../src/config.ts';

const DATABASE_URL = 'postgres://u:p@pooler:6432/d';
const DATABASE_DIRECT_URL = 'postgres://u:p@server:5432/d';

describe('where a database is reached', () => {
  it('is one URL, unless a pooler is named', () => {
    const config = databaseConfig({ DATABASE_URL });
    expect(config).toEqual({ url: DATABASE_URL, pooler: 'none', directUrl: DATABASE_URL });
    expect(directly(config)).toEqual({ ...config, variable: 'DATABASE_URL' });
  });

  it('has a direct URL if the pooler shares sessions; otherwise that is a fault, by name', () => {
    const env = { DATABASE_URL, DATABASE_POOLER: 'transaction' };
    const direct = directly(databaseConfig({ ...env, DATABASE_DIRECT_URL }));
    const url = DATABASE_DIRECT_URL;
    expect(direct).toEqual({ url, pooler: 'none', directUrl: url, variable: 'DATABASE_DIRECT_URL' });
    expect(() => databaseConfig(env)).toThrow(ConfigError);
    expect(() => databaseConfig(env)).toThrow('DATABASE_DIRECT_URL: found nothing');
  });

  it('goes through a pooler in session mode if there is no direct URL', () => {
    const config = databaseConfig({ DATABASE_URL, DATABASE_POOLER: 'session' });
    const url = DATABASE_URL;
    expect(directly(config)).toEqual({ url, pooler: 'session', directUrl: url, variable: 'DATABASE_URL' });
  });

  it('reports every fault', () => {
    const env = { DATABASE_POOLER: 'statement', DATABASE_DIRECT_URL: 'mysql://x' };
    for (const name of ['DATABASE_URL', 'DATABASE_POOLER', 'DATABASE_DIRECT_URL']) {
      expect(() => databaseConfig(env)).toThrow(name);
    }
  });
});
