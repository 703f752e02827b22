import { test } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { setStage } from './support/stage.ts';
import { startWorker } from './support/worker.ts';

describe('a worker', () => {
  test('that is configured wrongly names every fault and ends with exit 78', async () => {
    const worker = await startWorker({
      DATABASE_URL: 'mysql://user:secret@localhost/db',
      START_LEDGER: 'first',
      WORKER_ROLES: 'ledger-ingest,tea-making',
      SHUTDOWN_DB_TIMEOUT: 'soon',
      SHUTDOWN_REPROT: '1',
      STELLAR_NETWORK: 'mainnet',
    });
    expect(await worker.ended()).toEqual({ code: 78, signal: null });
    for (const name of [
      'DATABASE_URL',
      'REDIS_URL',
      'START_LEDGER',
      'WORKER_ROLES',
      'SHUTDOWN_DB_TIMEOUT',
      'SHUTDOWN_REPROT',
      'STELLAR_NETWORK',
    ]) {
      expect(worker.output).toMatch(new RegExp(`^  ${name}: found .*, expected .+`, 'm'));
    }
    expect(worker.output).not.toMatch(/secret@/);
  });

  test('that has no source to ingest from names the variables that set one', async () => {
    const worker = await startWorker({ DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h' });
    expect(await worker.ended()).toEqual({ code: 78, signal: null });
    expect(worker.output).toMatch(
      /STELLAR_RPC_URL: found nothing, expected STELLAR_RPC_URL or LEDGER_LAKE_URL/,
    );
  });

  test('refuses a database whose schema it does not know, naming both versions, with exit 78', async ({
    database,
    redis,
  }) => {
    const { env } = await setStage(database, redis);
    await database.empty();
    const worker = await startWorker(env);
    expect(await worker.ended()).toEqual({ code: 78, signal: null });
    expect(worker.output).toMatch(/found schema version none, expected \d{4}_\w+; run `insights migrate`/);
  });
});
