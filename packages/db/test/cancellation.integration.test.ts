import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { seed } from '@stellar-insights/devstack/vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished } from 'vitest';
import { connectDatabase, type Database, DatabaseBusyError, readSnapshot } from '../src/index.ts';
import { test } from './migrated-database.ts';

const REQUESTS = { limit: 2, queue: 2, waitMs: 30_000, statementTimeoutMs: 8000 };
const ROUNDS = process.env['TEST_FULL'] ? 5000 : 150;
const left = new RangeError('the client left');

/** A pool that serves requests, under a name of its own. */
function serving(url: string, requests = REQUESTS): Database {
  const db = connectDatabase(url, { applicationName: 'serving', requests });
  onTestFinished(() => db[Symbol.asyncDispose]());
  return db;
}

/** What the server runs for the pool. */
async function running(db: Database): Promise<string[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ query: string }[]>`
      select query from pg_stat_activity where application_name = 'serving' and state <> 'idle'`,
  );
  return rows.map(({ query }) => query);
}

/** A sequence of numbers from 0 to 1 that a seed repeats. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a database that serves requests', () => {
  test.for(['run', 'snapshot'] as const)(
    'cancels what runs at the server when the signal aborts, in a %s',
    async (way, { db, url }) => {
      const served = serving(url);
      const abort = new AbortController();
      const { signal } = abort;
      const work = ({ sql }: Parameters<Parameters<Database['run']>[0]>[0]) => sql`select pg_sleep(60)`;
      const slow =
        way === 'run'
          ? served.run(work, { signal })
          : readSnapshot(served, async (tx) => await work(tx), { signal });
      const ended = slow.catch((error: unknown) => error);
      await eventually(async () =>
        expect(await running(db)).toStrictEqual([expect.stringMatching('pg_sleep')]),
      );
      abort.abort(left);
      expect(await ended).toBe(left);
      await eventually(async () => expect(await running(db)).toStrictEqual([]));
      expect(served.statistics()).toMatchObject({ inUse: 0 });
    },
  );

  test('cancels what runs when its own time is up', async ({ db, url }) => {
    const served = serving(url);
    const slow = served.run(({ sql }) => sql`select pg_sleep(60)`, { timeoutMs: 50 });
    await expect(slow).rejects.toMatchObject({ code: 'database_unavailable' });
    await eventually(async () => expect(await running(db)).toStrictEqual([]));
  });

  test('cancels also the statements that a work begins after the abort', async ({ db, url }) => {
    const served = serving(url);
    const abort = new AbortController();
    const stubborn = served.begin(
      '',
      async ({ sql }) => {
        for (let attempt = 0; attempt < 3; attempt++) {
          await sql`savepoint before`;
          await sql`select pg_sleep(60)`.catch(() => undefined);
          await sql`rollback to before`;
        }
      },
      { signal: abort.signal },
    );
    const ended = stubborn.catch((error: unknown) => error);
    await eventually(async () => expect(await running(db)).toHaveLength(1));
    abort.abort(left);
    expect(await ended).toBe(left);
  });

  test('never cancels the statements of those who get the connection next', async ({ url }) => {
    const random = randomFrom(seed());
    const served = serving(url, { ...REQUESTS, limit: 1, queue: 10 });
    const outcomes = { cancelled: 0, finished: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const abort = new AbortController();
      const lasts = random() * 4;
      const victim = served
        .run(({ sql }) => sql`select pg_sleep(${lasts / 1000}::float8)`, { signal: abort.signal })
        .then(
          () => (outcomes.finished += 1),
          (error: unknown) => {
            expect(error).toBe(left);
            outcomes.cancelled += 1;
          },
        );
      const next = [1, 2].map(() =>
        served.run(({ sql }) => sql`select pg_sleep(0.002) is not null as slept`),
      );
      await sleep(random() * 6);
      abort.abort(left);
      await victim;
      for (const rows of await Promise.all(next)) expect(rows).toHaveLength(1);
    }
    expect(outcomes.cancelled).toBeGreaterThan(10);
    expect(outcomes.finished).toBeGreaterThan(10);
  });

  test('gives up a session of which it cannot say whether a cancel is still on its way', async ({
    db,
    url,
  }) => {
    const { host, port } = new URL(url);
    await using proxy = await TcpProxy.start({ port: Number(port), host: host.split(':')[0] ?? '' });
    const through = new URL(url);
    through.host = `127.0.0.1:${proxy.port}`;
    const served = serving(through.href, { ...REQUESTS, limit: 1, statementTimeoutMs: 3000 });
    await served.control.run(({ sql }) => sql`select 1`);
    // The orders to cancel get no answer from now on; the pool connects afterwards.
    proxy.forgetConnections();
    const pidOf = async () => {
      const [row] = await served.run(({ sql }) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
      return row?.pid;
    };
    const first = await pidOf();
    const abort = new AbortController();
    const slow = served.run(({ sql }) => sql`select pg_sleep(60)`, { signal: abort.signal });
    const ended = slow.catch((error: unknown) => error);
    await eventually(async () => expect(await running(db)).toHaveLength(1));
    abort.abort(left);
    expect(await ended).toBe(left);
    expect(await pidOf()).not.toBe(first);
  });

  test('refuses with a code of its own when all connections are taken and too many wait', async ({ url }) => {
    const served = serving(url);
    const abort = new AbortController();
    const { signal } = abort;
    const taken = Array.from({ length: 4 }, () =>
      served.run(({ sql }) => sql`select pg_sleep(60)`, { signal }).catch((error: unknown) => error),
    );
    expect(served.statistics()).toMatchObject({ limit: 2, inUse: 2, waiting: 2 });
    await expect(served.run(({ sql }) => sql`select 1`)).rejects.toBeInstanceOf(DatabaseBusyError);
    for (const way of [served.control, served.direct]) {
      expect([...(await way.run(({ sql }) => sql`select 1 as one`))]).toStrictEqual([{ one: 1 }]);
    }
    abort.abort(left);
    expect(await Promise.all(taken)).toStrictEqual([left, left, left, left]);
    expect(served.statistics()).toMatchObject({ inUse: 0, waiting: 0 });
    expect(await served.run(({ sql }) => sql`select 1`)).toHaveLength(1);
  });

  test('reports a statement that the server ended, and a server that is full, as what they are', async ({
    url,
  }) => {
    const served = serving(url, { ...REQUESTS, statementTimeoutMs: 50 });
    const slow = served.run(({ sql }) => sql`select pg_sleep(60)`);
    await expect(slow).rejects.toMatchObject({ code: 'statement_timeout' });
    const full = served.run(({ sql }) => sql`do $$ begin raise exception using errcode = '53300'; end $$`);
    await expect(full).rejects.toMatchObject({ code: 'database_unavailable', isServerFull: true });
  });
});
