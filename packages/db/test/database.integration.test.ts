import { eventually } from '@stellar-insights/devstack/testing';
import postgres from 'postgres';
import { describe, expect } from 'vitest';
import { databaseConfig } from '../src/config.ts';
import {
  connectDatabase,
  type Database,
  databaseOptions,
  DatabaseUnavailableError,
  readSnapshot,
  transaction,
  TransactionConflictError,
} from '../src/index.ts';
import { readCursor, readGaps } from '../src/ledgers/index.ts';
import { appendEvents, readEvents, readHead } from '../src/log/index.ts';
import { readTaskStatus } from '../src/tasks.ts';
import { test } from './migrated-database.ts';

describe('a pool', () => {
  test('names itself, limits its sessions, and reads int8 as bigint', async ({ db }) => {
    const [row] = await db.run(
      ({ sql }) => sql`
        select current_setting('application_name') as name, current_setting('statement_timeout') as statement,
               current_setting('idle_in_transaction_session_timeout') as idle, current_setting('jit') as jit,
               9223372036854775807 as most`,
    );
    expect({ ...row }).toStrictEqual({
      name: 'test',
      statement: '15s',
      idle: '5s',
      jit: 'off',
      most: 9_223_372_036_854_775_807n,
    });
  });

  test('reports that there is no server, and works again once there is one', async ({
    db,
    postgres: server,
  }) => {
    await readHead(db);
    await server.stop();
    const refused = await readHead(db).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DatabaseUnavailableError);
    expect(refused).toMatchObject({ code: 'database_unavailable', retryable: true });
    await server.start();
    await eventually(() => readHead(db));
  });

  test('can be opened before there is a server', async ({ url, postgres: server }) => {
    await server.stop();
    await using db = connectDatabase(url, { applicationName: 'early' });
    await expect(readCursor(db)).rejects.toThrow(DatabaseUnavailableError);
    await server.start();
    await eventually(async () => expect(await readCursor(db)).toBeNull());
  });

  test('rejects a query that gets no answer in time', async ({ db, postgres: server }) => {
    await readHead(db);
    await server.freeze();
    const late = db.run(({ sql }) => sql`select 1`, { timeoutMs: 300 });
    await expect(late).rejects.toThrow(DatabaseUnavailableError);
    await server.thaw();
  });

  test('blames the variable that leads there', async ({ url }) => {
    const wrong = new URL(url);
    wrong.password = 'wrong';
    const config = databaseConfig({
      DATABASE_URL: url,
      DATABASE_POOLER: 'session',
      DATABASE_DIRECT_URL: wrong.href,
    });
    const requests = { limit: 1, queue: 1, waitMs: 1000, statementTimeoutMs: 1000 };
    await using db = connectDatabase(config, { applicationName: 'test', requests });
    await expect(readHead(db.control)).rejects.toThrow('check user and password in DATABASE_DIRECT_URL');
    await readHead(db);
  });

  test('takes an answer that this process was too busy to read in time', async ({ db }) => {
    await readHead(db);
    const answer = db.run(({ sql }) => sql`select 1 as one`, { timeoutMs: 200 });
    // The statement is on its way.
    await new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    expect([...(await answer)]).toStrictEqual([{ one: 1 }]);
  });

  test('reports a statement that ran for too long as that, not as a lost connection', async ({ db }) => {
    const late = db.begin('', async ({ sql }) => {
      await sql`set local statement_timeout = 20`;
      await sql`select pg_sleep(60)`;
    });
    await expect(late).rejects.toMatchObject({
      code: 'statement_timeout',
      retryable: true,
      message: expect.stringContaining('canceling statement due to statement timeout') as string,
    });
    expect([...(await db.run(({ sql }) => sql`select 1 as one`))]).toStrictEqual([{ one: 1 }]);
  });

  test('reads correct results on a new connection after one was lost in the middle of a result', async ({
    url,
  }) => {
    await using db = connectDatabase(url, { applicationName: 'test', max: 1 });
    await using admin = connectDatabase(url, { applicationName: 'admin', max: 1 });
    const [session] = await db.run(({ sql }) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
    const cut = db
      .run(
        ({ sql }) =>
          sql`select repeat('x', 20000), case n when 9 then pg_sleep(60) end from generate_series(1, 9) as n`,
      )
      .catch((error: unknown) => error);
    await eventually(async () => {
      const asleep = await admin.run(
        ({ sql }) => sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where pid = ${session?.pid ?? 0} and wait_event = 'PgSleep'`,
      );
      expect(asleep).toHaveLength(1);
    });
    expect(await cut).toBeInstanceOf(DatabaseUnavailableError);
    expect([...(await db.run(({ sql }) => sql`select 1 as one`))]).toStrictEqual([{ one: 1 }]);
  });

  test('rejects with the driver’s error if Postgres refuses a statement', async ({ db }) => {
    const twice = db.run(
      ({ sql }) => sql`insert into leases (name, holder, until) values ('a', 'b', now()), ('a', 'b', now())`,
    );
    await expect(twice).rejects.toBeInstanceOf(postgres.PostgresError);
    await expect(twice).rejects.toMatchObject({ code: '23505' });
  });
});

describe('an aborted signal', () => {
  const reason = new RangeError('nobody waits for the answer');
  const signal = AbortSignal.abort(reason);

  test('before the start keeps an operation away from the database', async ({ db, postgres: server }) => {
    await server.stop();
    const operations = [
      readCursor(db, { signal }),
      readGaps(db, { signal }),
      readTaskStatus(db, { signal }),
      readHead(db, { signal }),
      readEvents(db, { after: { epoch: 'a', id: 0n }, limit: 1, signal }),
      readSnapshot(db, ({ sql }) => sql`select 1`, { signal }),
    ];
    for (const operation of await Promise.allSettled(operations)) {
      expect(operation).toStrictEqual({ status: 'rejected', reason });
    }
    await server.start();
  });

  test('in a snapshot keeps the next operation from starting', async ({ db }) => {
    const abort = new AbortController();
    const operations: string[] = [];
    const snapshot = readSnapshot(
      db,
      async (tx) => {
        await tx.sql`select 1`;
        operations.push('first');
        abort.abort(reason);
        await tx.sql`select 1`;
        operations.push('second');
      },
      { signal: abort.signal },
    );
    await expect(snapshot).rejects.toBe(reason);
    expect(operations).toStrictEqual(['first']);
  });

  test('between two attempts ends a transaction', async ({ db }) => {
    const abort = new AbortController();
    let attempts = 0;
    const contested = transaction(
      db,
      async ({ sql }) => {
        attempts++;
        abort.abort(reason);
        await sql`do $$ begin raise exception using errcode = '40001'; end $$`;
      },
      { attempts: 3, signal: abort.signal },
    );
    await expect(contested).rejects.toBe(reason);
    expect(attempts).toBe(1);
  });
});

describe('a transaction', () => {
  test('stores nothing if its work fails', async ({ db }) => {
    const done = transaction(db, async ({ sql }) => {
      await sql`insert into leases (name, holder, until) values ('a', 'b', now())`;
      expect(await sql`select from leases`).toHaveLength(1);
      throw new RangeError('rolled back');
    });
    await expect(done).rejects.toThrow(RangeError);
    expect(await holders(db)).toStrictEqual([]);
  });

  test('stores nothing if its backend dies, and the pool goes on', async ({ db }) => {
    const done = transaction(db, async ({ sql }) => {
      await sql`insert into leases (name, holder, until) values ('a', 'b', now())`;
      await sql`select pg_terminate_backend(pg_backend_pid())`;
    });
    await expect(done).rejects.toThrow(DatabaseUnavailableError);
    expect(await holders(db)).toStrictEqual([]);
  });

  test('is tried again if a concurrent one conflicts, up to the number of attempts', async ({ db }) => {
    await db.run(({ sql }) => sql`insert into leases (name, holder, until) values ('a', 'b', now())`);
    let attempts = 0;
    const contested = (rivals: number) =>
      transaction(
        db,
        async ({ sql }) => {
          attempts++;
          await sql`select from leases`;
          if (attempts <= rivals) await db.run((rival) => rival.sql`update leases set holder = 'rival'`);
          await sql`update leases set holder = 'us'`;
        },
        { isolation: 'repeatable read', attempts: 3 },
      );
    await contested(2);
    expect(attempts).toBe(3);
    expect(await holders(db)).toStrictEqual(['us']);
    attempts = 0;
    const refused = await contested(3).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(TransactionConflictError);
    expect(refused).toMatchObject({
      code: 'transaction_conflict',
      retryable: true,
      cause: { code: '40001' },
    });
  });

  test('is ended if it freezes while it holds the head of the log, and others go on', async ({ db, url }) => {
    // A tenth of the time that a process has.
    const limits = { idle_in_transaction_session_timeout: 500 };
    const frozen = postgres(url, databaseOptions({ applicationName: 'frozen', limits }));
    const idle = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    const ended = frozen
      .begin(async (sql) => {
        await sql`select from event_log_head for update`;
        holding.resolve();
        await idle.promise;
        await sql`select 1`;
      })
      .catch((error: unknown) => error);
    await holding.promise;
    const event = { event: 'ledger.closed', channels: [], data: {} } as never;
    expect(await transaction(db, (tx) => appendEvents(tx, [event]))).toMatchObject({ lastId: 1n });
    idle.resolve();
    expect(await ended).toBeInstanceOf(Error);
    await frozen.end();
  });
});

async function holders(db: Database): Promise<string[]> {
  const rows = await db.run(({ sql }) => sql<{ holder: string }[]>`select holder from leases`);
  return rows.map(({ holder }) => holder);
}
