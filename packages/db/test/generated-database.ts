import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { connectDatabase, migrate } from '../src/index.ts';
import { generateHistory, SMALL_HISTORY } from '../src/testing/index.ts';

/** `history`: a generated one in a database of this test file; `db`: a pool to it; `url`: of a superuser. */
export const test = onPostgres
  .extend('url', { scope: 'file' }, async ({ fileDatabase }) => {
    await migrate(fileDatabase.url);
    return fileDatabase.url;
  })
  .extend('db', { scope: 'file' }, ({ url }, { onCleanup }) => {
    const db = connectDatabase(url, { applicationName: 'test' });
    onCleanup(() => db[Symbol.asyncDispose]());
    return db;
  })
  .extend('history', { scope: 'file' }, ({ db }) => generateHistory(db, SMALL_HISTORY));
