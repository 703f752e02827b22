import { ConfigError } from '@stellar-insights/runtime/env';
import { describe, expect, it } from 'vitest';
import { apiConfig } from '../src/config.ts';

const NEEDED = { DATABASE_URL: 'postgres://u:p@localhost/d', REDIS_URL: 'redis://localhost' };

function faultsOf(env: Record<string, string>): string[] {
  try {
    apiConfig({ ...NEEDED, ...env });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map(({ name, found, expected }) => `${name}: found ${found}, expected ${expected}`);
  }
}

describe("the API's configuration", () => {
  it('has the documented defaults', () => {
    expect(apiConfig(NEEDED)).toMatchObject({
      port: 3000,
      adminPort: 3002,
      adminHost: undefined,
      keepAliveTimeoutMs: 75_000,
      cacheBytes: 67_108_864,
    });
  });

  it('takes the address of the admin port, and no name in its place', () => {
    expect(apiConfig({ ...NEEDED, ADMIN_HOST: '::1' }).adminHost).toBe('::1');
    expect(faultsOf({ ADMIN_HOST: 'localhost' })).toEqual([
      'ADMIN_HOST: found "localhost", expected an IP address of this machine',
    ]);
  });

  it('refuses a keep-alive that is none', () => {
    for (const found of ['0', '-1', 'Infinity', '75s']) {
      expect(faultsOf({ API_KEEP_ALIVE_TIMEOUT: found })).toEqual([
        `API_KEEP_ALIVE_TIMEOUT: found "${found}", expected a number from 1 to 7200`,
      ]);
    }
  });

  it('refuses a heartbeat that clients and proxies do not wait for', () => {
    for (const found of ['0', '31', '3600', '20s']) {
      expect(faultsOf({ REALTIME_HEARTBEAT_INTERVAL: found })).toEqual([
        `REALTIME_HEARTBEAT_INTERVAL: found "${found}", expected a number from 0.1 to 30`,
      ]);
    }
  });

  it('refuses a budget of the cache that is none', () => {
    for (const found of ['-1', '1.5', '64MB', '1e300']) {
      expect(faultsOf({ API_CACHE_BYTES: found })).toEqual([
        `API_CACHE_BYTES: found "${found}", expected a whole number from 0 to 1099511627776`,
      ]);
    }
    expect(apiConfig({ ...NEEDED, API_CACHE_BYTES: '0' }).cacheBytes).toBe(0);
  });

  it('refuses one port for both, unless any free one is taken', () => {
    expect(faultsOf({ API_PORT: '80', API_ADMIN_PORT: '80' })).toEqual([
      'API_ADMIN_PORT: found 80, as API_PORT, expected another port',
    ]);
    expect(faultsOf({ API_PORT: '0', API_ADMIN_PORT: '0' })).toEqual([]);
  });
});
