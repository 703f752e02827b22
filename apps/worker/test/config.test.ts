import { ConfigError } from '@stellar-insights/runtime/env';
import { describe, expect, it } from 'vitest';
import { workerConfig } from '../src/config.ts';
import { schedulesOf } from '../src/tasks/index.ts';

const NEEDED = {
  DATABASE_URL: 'postgres://localhost/insights',
  REDIS_URL: 'redis://localhost',
  LEDGER_LAKE_URL: './lake',
};

function faultsOf(env: Record<string, string>): string[] {
  try {
    workerConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(({ name }) => name);
    throw error;
  }
}

describe("a worker's configuration", () => {
  it('needs only a database, a Redis and a source', () => {
    expect(workerConfig(NEEDED)).toMatchObject({
      source: { lake: './lake' },
      roles: [
        'ledger-ingest',
        'metrics-sync',
        'pool-sync',
        'trustline-sync',
        'anchor-sync',
        'webhook-dispatch',
        'backfill',
        'export',
      ],
      startLedger: 'latest',
      storage: {
        retentionDays: undefined,
        limitBytes: undefined,
        tierRetention: { bucketDays: 7, hourDays: 90 },
      },
      corridorHealth: { threshold: 0.8, minAttempts: 30 },
      intervals: { 'metrics-sync': 300, 'pool-sync': 300, 'trustline-sync': 900, 'anchor-sync': 900 },
      healthPort: 3001,
      logLevel: 'info',
      shutdown: { readinessDelay: 0, backgroundTimeout: 10 },
    });
  });

  it('keeps hours at least as long as buckets, and takes a limit in GB', () => {
    const { storage } = workerConfig({ ...NEEDED, STORAGE_LIMIT_GB: '1.5', CORRIDOR_BUCKET_DAYS: '90' });
    expect(storage).toMatchObject({ limitBytes: 1.5e9, tierRetention: { bucketDays: 90, hourDays: 90 } });
    expect(() => workerConfig({ ...NEEDED, CORRIDOR_HOUR_DAYS: '6' })).toThrow(
      'CORRIDOR_HOUR_DAYS: found 6, expected at least the 7 of CORRIDOR_BUCKET_DAYS',
    );
  });

  it('follows the tip of the RPC if a lake is set too, and reads from the lake what the RPC has lost', () => {
    const { source } = workerConfig({ ...NEEDED, STELLAR_RPC_URL: 'http://localhost:8000' });
    const rpcSettings = { pageSize: 20, timeoutMs: 30_000, headers: {} };
    expect(source).toEqual({ rpc: 'http://localhost:8000', rpcSettings, lake: './lake' });
  });

  it('has ledgers decoded by the fast reader, or by the SDK alone', () => {
    expect(workerConfig(NEEDED).network.decoder).toBe('reader');
    expect(workerConfig({ ...NEEDED, LEDGER_DECODER: 'sdk' }).network.decoder).toBe('sdk');
    expect(() => workerConfig({ ...NEEDED, LEDGER_DECODER: 'rust' })).toThrow('LEDGER_DECODER: found "rust"');
  });

  it('has settings for the RPC', () => {
    const { source } = workerConfig({
      ...NEEDED,
      LEDGER_LAKE_URL: '',
      STELLAR_RPC_URL: 'http://localhost:8000',
      STELLAR_RPC_PAGE_SIZE: '5',
      STELLAR_RPC_TIMEOUT: '2.5',
      STELLAR_RPC_HEADERS: 'X-Api-Key=a=b%2Cc%25, authorization=Bearer token',
    });
    const headers = { 'x-api-key': 'a=b,c%', authorization: 'Bearer token' };
    const rpcSettings = { pageSize: 5, timeoutMs: 2500, headers };
    expect(source).toEqual({ rpc: 'http://localhost:8000', rpcSettings });
  });

  it.each([
    'secret',
    '=secret',
    'two words=secret',
    'x-key=',
    'x-key=secret,',
    'x-key=secret%',
    'x-key=secret%0A',
  ])('refuses the headers "%s" without a word of the secret', (headers) => {
    const read = () => workerConfig({ ...NEEDED, STELLAR_RPC_HEADERS: headers });
    expect(read).toThrow(/STELLAR_RPC_HEADERS: found a secret value that does not fit, expected NAME=VALUE/);
    expect(read).not.toThrow(/words=|x-key=|secret[,%]/);
  });

  it('needs no source if nothing is ingested', () => {
    const { LEDGER_LAKE_URL: _, ...others } = NEEDED;
    expect(faultsOf(others)).toEqual(['STELLAR_RPC_URL']);
    expect(faultsOf({ ...others, WORKER_ROLES: 'metrics-sync' })).toEqual([]);
  });

  it('reports the faults of all its parts at once', () => {
    expect(
      faultsOf({
        STELLAR_NETWORK: 'custom',
        METRICS_SYNC_INTERVAL: '0',
        SHUTDOWN_TIMEOUT: 'x',
        START_LEDGER: '-1',
      }),
    ).toEqual([
      'STELLAR_NETWORK_PASSPHRASE',
      'DATABASE_URL',
      'REDIS_URL',
      'START_LEDGER',
      'METRICS_SYNC_INTERVAL',
      'SHUTDOWN_TIMEOUT',
    ]);
  });

  it('accepts an interval that is not a whole number of seconds', () => {
    expect(schedulesOf(workerConfig({ ...NEEDED, METRICS_SYNC_INTERVAL: '1.5' }))).toMatchObject([
      { queue: 'ledger-ingest', everyMs: 1000 },
      { queue: 'metrics-sync', everyMs: 1500 },
      { queue: 'pool-sync', everyMs: 300_000 },
      { queue: 'trustline-sync', everyMs: 900_000 },
      { queue: 'anchor-sync', everyMs: 900_000 },
      { queue: 'webhook-dispatch', everyMs: 1000 },
      { queue: 'backfill', everyMs: 2000 },
    ]);
  });

  it('schedules only what its roles serve', () => {
    expect(schedulesOf(workerConfig({ ...NEEDED, WORKER_ROLES: 'metrics-sync' }))).toMatchObject([
      { queue: 'metrics-sync', everyMs: 300_000 },
    ]);
  });

  it('exports only if a facts lake is named, whatever its roles', () => {
    const exports = (env: object) =>
      schedulesOf(workerConfig({ ...NEEDED, ...env })).filter(({ queue }) => queue === 'export');
    expect(exports({})).toEqual([]);
    expect(exports({ WORKER_ROLES: 'export' })).toEqual([]);
    expect(exports({ FACTS_LAKE_URL: 'file:///facts' })).toMatchObject([{ everyMs: 1000 }]);
    expect(exports({ FACTS_LAKE_URL: 'file:///facts', WORKER_ROLES: 'metrics-sync' })).toEqual([]);
  });
});
