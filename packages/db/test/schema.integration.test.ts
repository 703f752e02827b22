import { test as onPostgres } from '@stellar-insights/devstack/vitest';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import {
  connectDatabase,
  DatabaseUnavailableError,
  migrate,
  requireSchema,
  SchemaMismatchError,
} from '../src/index.ts';
import { readDatabaseIdentity } from '../src/identity.ts';
import { MIGRATION_LOCK } from '../src/schema/migrate.ts';
import { knownMigrations } from '../src/schema/migrations.ts';
import * as tables from '../src/tables/index.ts';

const tags = knownMigrations().map(({ tag }) => tag);
const version = tags.at(-1);

const test = onPostgres.extend('url', async ({ postgres: server }, { onCleanup }) => {
  const url = await server.createDatabase();
  onCleanup(() => server.dropDatabase(new URL(url).pathname.slice(1)));
  return url;
});

describe('migrate', () => {
  test('brings an empty database to the version that this build requires', async ({ url }) => {
    await using db = connectDatabase(url, { applicationName: 'test' });
    const refused = await requireSchema(db).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SchemaMismatchError);
    expect(refused).toMatchObject({ found: 'none', expected: version });
    expect(await migrate(url)).toStrictEqual({ applied: tags, converted: 0 });
    await expect(requireSchema(db)).resolves.toBeUndefined();
    expect(await migrate(url)).toStrictEqual({ applied: [], converted: 0 });
  });

  test('applies each migration once if four run at the same time', async ({ url }) => {
    const results = await Promise.all([migrate(url), migrate(url), migrate(url), migrate(url)]);
    expect(results.flatMap(({ applied }) => applied)).toStrictEqual(tags);
  });

  test('makes the tables as they are declared', async ({ url }) => {
    await migrate(url);
    await using admin = disposable(postgres(url));
    const columns = await admin.sql<{ table: string; column: string; type: string; not_null: boolean }[]>`
      select relname as table, attname as column, format_type(atttypid, atttypmod) as type, attnotnull as not_null
      from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0 and not attisdropped
      order by relname collate "C", attnum`;
    const declared = Object.values(tables)
      .filter((table) => is(table, PgTable))
      .flatMap((table) =>
        Object.values(getTableColumns(table)).map((column) => ({
          table: getTableName(table),
          column: column.name,
          type: column.getSQLType().replace(', ', ',').replace('timestamp (3)', 'timestamp(3)'),
          not_null: column.notNull,
        })),
      )
      .toSorted((a, b) => (a.table === b.table ? 0 : a.table < b.table ? -1 : 1));
    expect([...columns]).toStrictEqual(declared);
  });

  test('waits while another process migrates, until its signal aborts', async ({ url }) => {
    await using holder = disposable(postgres(url, { max: 1 }));
    await holder.sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    const stop = new AbortController();
    const aborted = migrate(url, { signal: stop.signal });
    const waiting = migrate(url);
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await holder.sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    expect(await waiting).toStrictEqual({ applied: tags, converted: 0 });
  });

  test('rejects if the database cannot be reached', async ({ url }) => {
    const nowhere = new URL(url);
    nowhere.port = '1';
    await expect(migrate(nowhere.href)).rejects.toThrow(DatabaseUnavailableError);
  });
});

test('a process runs on a schema with later migrations that older builds run on', async ({ url }) => {
  await migrate(url);
  await using admin = disposable(postgres(url));
  await using db = connectDatabase(url, { applicationName: 'test' });
  const later = (tag: string, breaksOlderBuilds: boolean) => admin.sql`
    insert into drizzle.__drizzle_migrations (hash, created_at, tag, breaks_older_builds)
    values (${tag}, ${Date.UTC(2100, 0, 1)}, ${tag}, ${breaksOlderBuilds})`;
  await later('7000_adds_a_column', false);
  await expect(requireSchema(db)).resolves.toBeUndefined();
  expect(await migrate(url)).toStrictEqual({ applied: [], converted: 0 });

  await later('7001_drops_a_column', true);
  await expect(requireSchema(db)).rejects.toThrow(
    `found schema version 7001_drops_a_column that this build does not know, expected ${version}`,
  );
});

test('migrate records which migrations break older builds', async ({ url }) => {
  await migrate(url);
  await using admin = disposable(postgres(url));
  const recorded = await admin.sql`
    select tag, breaks_older_builds as "breaksOlderBuilds" from drizzle.__drizzle_migrations order by created_at`;
  expect([...recorded]).toStrictEqual(
    knownMigrations().map(({ tag, breaksOlderBuilds }) => ({ tag, breaksOlderBuilds })),
  );
});

test('each database has an identity of its own, which a copy keeps', async ({ url, postgres: server }) => {
  await migrate(url);
  const other = await server.createDatabase('identity_other');
  await migrate(other);
  const original = new URL(url).pathname.slice(1);
  const copy = await server.createDatabase('identity_copy', { template: original });
  const identities = await Promise.all(
    [url, other, copy].map(async (one) => {
      await using db = connectDatabase(one, { applicationName: 'test' });
      return readDatabaseIdentity(db);
    }),
  );
  expect(new Set(identities).size).toBe(2);
  expect(identities[2]).toBe(identities[0]);
  expect(identities[0]).toMatch(/^[0-9a-f-]{36}$/);
});

describe('a process refuses', () => {
  test('a schema that is newer than its own, and names both versions', async ({ url }) => {
    await migrate(url);
    await using admin = disposable(postgres(url));
    await admin.sql`
      insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', ${Date.UTC(2100, 0, 1)})`;
    await using db = connectDatabase(url, { applicationName: 'test' });
    const refused = await requireSchema(db).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SchemaMismatchError);
    expect(refused).toMatchObject({
      code: 'schema_mismatch',
      found: 'one of 2100-01-01T00:00:00.000Z that this build does not know',
      expected: version,
      message: expect.stringContaining('start the build that this database was migrated for'),
    });
  });

  test('a schema that is older than its own, and says what to run', async ({ url }) => {
    await migrate(url);
    await using admin = disposable(postgres(url));
    await admin.sql`
      delete from drizzle.__drizzle_migrations
      where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
    await using db = connectDatabase(url, { applicationName: 'test' });
    await expect(requireSchema(db)).rejects.toThrow('run `insights migrate`');
  });
});

function disposable(sql: postgres.Sql) {
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}
