import { test } from '@stellar-insights/devstack/vitest';
import { Redis } from 'ioredis';
import postgres from 'postgres';
import { expect } from 'vitest';

test('a file has its own Redis, which a test may freeze and stop', async ({ redis }) => {
  const client = new Redis(redis.url);
  await client.set('left by', 'the first test');
  await client.quit();
  await redis.freeze();
});

test('the next test finds it thawed, with its data, and may empty it', async ({ redis }) => {
  expect(redis.state).toBe('running');
  const client = new Redis(redis.url);
  expect(await client.get('left by')).toBe('the first test');
  await redis.flush();
  expect(await client.dbsize()).toBe(0);
  client.disconnect();
  await redis.stop();
});

test('the next test finds it running again', async ({ redis }) => {
  expect(redis.state).toBe('running');
});

test('a file has its own database, which a test may fill and then stop its server', async ({
  database,
  postgres: server,
}) => {
  const sql = postgres(database.url);
  await sql`create table things (id int)`;
  await sql.end();
  await server.stop();
});

test('the next test finds the table, and may empty the database', async ({ database }) => {
  const sql = postgres(database.url);
  expect(await sql`select * from things`).toEqual([]);
  await sql.end();
  await database.empty();
  const client = postgres(database.url);
  expect(await client`select to_regclass('things') as found`).toEqual([{ found: null }]);
  await client.end();
});

test('a connection from before the test, and one that onTestFinished closes, are no leak', async ({
  database,
  onTestFinished,
}) => {
  const sql = postgres(database.url);
  onTestFinished(() => sql.end());
  await sql`select 1`;
});
