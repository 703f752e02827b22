import { startPgBouncer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { programForTests, test } from '@stellar-insights/devstack/vitest';
import { connectPostgres, ConnectionsCutError } from '@stellar-insights/lifecycle/postgres';
import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { closeContext } from '../close-context.ts';

const BUDGET_MS = 1000;
const program = await programForTests('pgbouncer');

test.skipIf(program === undefined)(
  'behind a pooler that shares sessions, a stop cancels its own statements by way of the direct URL and leaves others alone',
  async ({ postgres: server, database }) => {
    const pgbouncer = await startPgBouncer({
      program: program ?? '',
      postgresUrl: server.url,
      poolMode: 'transaction',
    });
    const url = pgbouncer.urlOf(database.url);
    const options = { prepare: false, fetch_types: false, connection: { application_name: 'app' } };
    const other = postgres(url, { ...options, max: 2 });
    onTestFinished(async () => {
      await other.end();
      await pgbouncer[Symbol.asyncDispose]();
    });
    const pool = await connectPostgres(url, {
      ...options,
      max: 2,
      signal: AbortSignal.timeout(10_000),
      pooler: { directUrl: database.url },
    });
    const slow = pool.sql`select pg_sleep(60) as own`.catch((error: unknown) => error);
    const others = other`select pg_sleep(3) as other`;
    const pids = async () => (await server.connections(database.name)).map(({ pid }) => pid);
    const running = async () =>
      (await server.connections(database.name)).filter(({ state }) => state === 'active');
    await Promise.race([others, eventually(async () => expect(await running()).toHaveLength(2))]);
    // A session that served this pool last, and now serves nobody.
    await pool.sql`select 1`;
    const before = await pids();
    expect(before).toHaveLength(3);

    const closed = await Promise.resolve(pool.close(closeContext(BUDGET_MS))).catch(
      (error: unknown) => error,
    );
    expect(closed).toBeInstanceOf(ConnectionsCutError);
    expect(closed).toMatchObject({ connections: [expect.stringContaining('pg_sleep(60) as own')] });
    expect(await slow).toMatchObject({ code: '57014' });
    expect((await running()).map(({ query }) => query)).toStrictEqual(['select pg_sleep(3) as other']);
    expect(await pids()).toStrictEqual(before);
    await expect(others).resolves.toHaveLength(1);
  },
);
