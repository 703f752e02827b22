import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@stellar-insights/devstack/testing';
import { test } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';

// What patches/postgres@3.4.9.patch repairs: drop the patch once a release passes these without it.

const OPTIONS = { backoff: () => 0.05, connect_timeout: 5, onnotice: () => undefined };

function poolOn(url: string, max: number): postgres.Sql {
  const sql = postgres(url, { ...OPTIONS, max });
  onTestFinished(async () => await sql.end({ timeout: 1 }));
  return sql;
}

/** Collects what would end the process. */
function uncaught(): unknown[] {
  const caught: unknown[] = [];
  const listener = (error: unknown): void => void caught.push(error);
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException').on('uncaughtException', listener);
  onTestFinished(() => {
    process.off('uncaughtException', listener);
    for (const other of others) process.on('uncaughtException', other);
  });
  return caught;
}

test('transactions go on after six immediate restarts, with no uncaught exception', async ({
  postgres: server,
  database,
}) => {
  const caught = uncaught();
  const sql = poolOn(database.url, 4);
  await sql`create table if not exists rows (value int)`;
  const done = Array.from({ length: 8 }, () => 0);
  const stop = new AbortController();
  const loops = done.map(async (_, loop) => {
    while (!stop.signal.aborted) {
      try {
        await sql.begin(async (transaction) => {
          await transaction`insert into rows values (${loop})`;
          await transaction`select pg_sleep(0.02)`;
          await Promise.all([transaction`insert into rows values (${loop})`, transaction`select 1`]);
        });
        if (loop % 2) await sql`select ${loop}::int`;
        done[loop] = (done[loop] ?? 0) + 1;
      } catch {
        await sleep(5);
      }
    }
  });

  for (let restart = 1; restart <= 6; restart++) {
    const before = [...done];
    const advanced = (): void =>
      expect(
        done.every((count, loop) => count > (before[loop] ?? 0)),
        `restart ${restart}`,
      ).toBe(true);
    await eventually(advanced);
    await server.restart({ mode: 'immediate' });
  }
  const before = [...done];
  await eventually(() => expect(done.every((count, loop) => count > (before[loop] ?? 0))).toBe(true));
  stop.abort();
  await Promise.all(loops);
  expect(caught).toEqual([]);
});

test('a statement of a transaction that lost its backend is rejected, never run outside of it', async ({
  database,
}) => {
  const [sql, admin] = [poolOn(database.url, 1), poolOn(database.url, 1)];
  await admin`drop table if exists kept`;
  await admin`create table kept (value text)`;
  const late = Promise.withResolvers<unknown>();
  const transaction = sql.begin(async (own) => {
    await own`insert into kept values ('first')`;
    const [row] = await own<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await admin`select pg_terminate_backend(${row?.pid ?? 0}::int)`;
    // The pool has its one connection back, on another backend.
    await eventually(async () => await sql`select 1`);
    await own`insert into kept values ('second')`.then(late.resolve, late.resolve);
  });

  await expect(transaction).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect(await late.promise).toMatchObject({ code: 'CONNECTION_CLOSED' });
  expect(await admin`select * from kept`).toEqual([]);
});

test('a reserved connection that lost its backend rejects, and its pool goes on', async ({ database }) => {
  const [sql, admin] = [poolOn(database.url, 1), poolOn(database.url, 1)];
  const reserved = await sql.reserve();
  const [row] = await reserved<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const sleeping = reserved`select pg_sleep(60)`.catch((error: unknown) => error);
  await admin`select pg_terminate_backend(${row?.pid ?? 0}::int)`;

  expect(await sleeping).toMatchObject({ code: expect.stringMatching(/CONNECTION_CLOSED|ECONNRESET/) });
  await sql`select 1`;
  await expect(reserved`select 1`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  reserved.release();
  expect(await sql`select 2 as two`).toEqual([{ two: 2 }]);
});

test('a pool that ends while a backend is lost ends', async ({ database }) => {
  const [sql, admin] = [poolOn(database.url, 2), poolOn(database.url, 1)];
  const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const sleeping = sql`select pg_sleep(60)`.catch((error: unknown) => error);
  const ended = sql.end();
  await eventually(async () => {
    const [found] =
      await admin`select 1 from pg_stat_activity where pid = ${row?.pid ?? 0} and state = 'active'`;
    expect(found).toBeDefined();
  });
  await admin`select pg_terminate_backend(${row?.pid ?? 0}::int)`;

  await ended;
  expect(await sleeping).toBeInstanceOf(Error);
});
