import type { PostgresServer } from '@stellar-insights/devstack';
import postgres from 'postgres';
import { knownMigrations } from '../src/schema/migrations.ts';

/** A new database as it was before a migration, and the SQL to fill it with. `migrate` brings it up to date. */
export async function databaseBefore(
  server: PostgresServer,
  migration: string,
  fill: (sql: postgres.Sql) => Promise<unknown>,
): Promise<string> {
  const url = await server.createDatabase();
  const all = knownMigrations();
  const before = all.slice(
    0,
    all.findIndex(({ tag }) => tag.endsWith(migration)),
  );
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql`create schema drizzle`;
    await sql`
      create table drizzle.__drizzle_migrations (
        id serial primary key, hash text not null, created_at bigint, tag text, breaks_older_builds boolean)`;
    for (const { statements, hash, writtenAt, tag, breaksOlderBuilds } of before) {
      for (const statement of statements) await sql.unsafe(statement);
      await sql`
        insert into drizzle.__drizzle_migrations (hash, created_at, tag, breaks_older_builds)
        values (${hash}, ${writtenAt}, ${tag}, ${breaksOlderBuilds})`;
    }
    await fill(sql);
  } finally {
    await sql.end();
  }
  return url;
}
