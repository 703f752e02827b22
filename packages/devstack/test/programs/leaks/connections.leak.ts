import { test } from '@stellar-insights/devstack/vitest';
import { Redis } from 'ioredis';
import postgres from 'postgres';

test('leaks a Redis client', async ({ redis }) => {
  await new Redis(redis.url, { connectionName: 'forgotten-client' }).ping();
});

test('closes its Redis client', async ({ redis }) => {
  const client = new Redis(redis.url);
  await client.ping();
  await client.quit();
});

test('leaks a Postgres connection', async ({ database }) => {
  await postgres(database.url, { connection: { application_name: 'forgotten pool' } })`select 1`;
});

test('closes its Postgres connection', async ({ database }) => {
  const sql = postgres(database.url);
  await sql`select 1`;
  await sql.end();
});

test('leaks into another database', async ({ postgres: server }) => {
  await postgres(await server.createDatabase('elsewhere'))`select 1`;
});
