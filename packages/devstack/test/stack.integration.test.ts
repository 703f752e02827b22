import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  choosePort,
  freePort,
  stackDown,
  stackUp,
  type StackOptions,
  type StackUrls,
} from '@stellar-insights/devstack';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let options: StackOptions;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stack-'));
  chmodSync(folder, 0o755); // Postgres, dropped to another account, has to pass.
  options = { folder, postgresPort: await freePort(), redisPort: await freePort() };
});

afterEach(async () => {
  await stackDown(options);
  rmSync(options.folder, { recursive: true });
});

async function onPostgres<T>(
  { databaseUrl }: StackUrls,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres(databaseUrl, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

async function ping({ redisUrl }: StackUrls): Promise<string> {
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null });
  try {
    await redis.connect();
    return await redis.ping();
  } finally {
    redis.disconnect();
  }
}

describe('the stack for development', () => {
  test('is up at the given ports, and is left as it is when it is started again', async () => {
    const urls = await stackUp(options);
    expect([new URL(urls.databaseUrl).port, new URL(urls.redisUrl).port]).toEqual([
      String(options.postgresPort),
      String(options.redisPort),
    ]);
    const startTime = () => onPostgres(urls, (sql) => sql`select pg_postmaster_start_time()::text as at`);
    const before = await startTime();
    expect(await stackUp(options)).toEqual(urls);
    expect(await startTime()).toEqual(before);
    expect(await ping(urls)).toBe('PONG');
  });

  test('keeps the data of Postgres while it is down', async () => {
    const urls = await stackUp(options);
    await onPostgres(urls, (sql) => sql`create table kept (n int)`);
    expect(await stackDown(options)).toEqual(['postgres', 'redis']);
    expect(await stackDown(options)).toEqual([]);
    await expect(onPostgres(urls, (sql) => sql`select 1`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await onPostgres(await stackUp(options), (sql) => sql`select * from kept`)).toEqual([]);
  });

  test('names the variable to set if a port that is set is taken, and takes and keeps free ports if none is set', async () => {
    await stackUp(options);
    const other = { folder: join(options.folder, 'other') };
    await expect(stackUp({ ...options, ...other })).rejects.toThrow(
      /^(postgres|redis): found port \d+ taken, expected it to be free: free it, or set STACK_(POSTGRES|REDIS)_PORT$/,
    );
    try {
      const urls = await stackUp(other);
      expect(await ping(urls)).toBe('PONG');
      await stackDown(other);
      const again = await stackUp(other);
      expect(again.databaseUrl).toBe(urls.databaseUrl);
      expect(new URL(again.redisUrl).port).toBe(new URL(urls.redisUrl).port);
    } finally {
      await stackDown(other);
    }
  });

  test('keeps a port while it is free, and remembers another once it is taken', async () => {
    const { folder } = options;
    const wish = { name: 'api', preferred: await freePort(), variable: 'API_PORT' };
    expect(await choosePort(folder, wish)).toBe(wish.preferred);
    const thief = createServer();
    await new Promise<void>((resolve) => thief.listen(wish.preferred, '127.0.0.1', resolve));
    const chosen = await choosePort(folder, wish);
    await new Promise((resolve) => thief.close(resolve));
    expect(chosen).not.toBe(wish.preferred);
    expect(await choosePort(folder, wish)).toBe(chosen);
  });
});
