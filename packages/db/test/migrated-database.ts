import { randomBytes } from 'node:crypto';
import type { PostgresServer } from '@stellar-insights/devstack';
import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { connectDatabase, migrate } from '../src/index.ts';

/** `url`: a migrated database that belongs to the test; `db`: a pool to it. */
export const test = onPostgres
  .extend('template', { scope: 'file' }, async ({ filePostgres: server }) => {
    await migrate(await server.createDatabase('template'));
    return 'template';
  })
  .extend('url', async ({ postgres: server, template }) => {
    // It goes with the server.
    const name = `test_${randomBytes(6).toString('hex')}`;
    await clone(server, template, name);
    const url = new URL(server.url);
    url.pathname = name;
    return url.href;
  })
  .extend('db', async ({ url }, { onCleanup }) => {
    const db = connectDatabase(url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  });

/** As a copy of files, which is faster than creating and migrating one. */
async function clone(server: PostgresServer, template: string, name: string): Promise<void> {
  const sql = postgres(server.url, { max: 1 });
  try {
    await sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`;
  } finally {
    await sql.end();
  }
}
