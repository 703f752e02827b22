import { startPgBouncer, type PgBouncerOptions, type PgBouncerServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import { programForTests } from '@stellar-insights/devstack/vitest';
import { firstOf, simulatedLedgers } from '@stellar-insights/simnet/testing';
import { ledgerEvents } from '@stellar-insights/wire';
import { describe, expect, onTestFinished } from 'vitest';
import type { DatabaseConfig } from '../src/config.ts';
import {
  connectDatabase,
  type Database,
  DatabaseRefusedError,
  migrate,
  requireKnownPooler,
  requireSchema,
  transaction,
} from '../src/index.ts';
import { releaseLease, takeLease } from '../src/leases.ts';
import { appendEvents, readHead, watchLog } from '../src/log/index.ts';
import { test as onDatabase } from './migrated-database.ts';

const program = await programForTests('pgbouncer');

/** `bouncer`: starts a PgBouncer before the test's Postgres. */
const test = onDatabase.extend('bouncer', ({ postgres: server }) => {
  return async (options: Omit<PgBouncerOptions, 'program' | 'postgresUrl'>): Promise<PgBouncerServer> => {
    const started = await startPgBouncer({ program: program ?? '', postgresUrl: server.url, ...options });
    onTestFinished(() => started[Symbol.asyncDispose]());
    return started;
  };
});

function pool(location: DatabaseConfig | string, max?: number): Database {
  return connectDatabase(location, { applicationName: 'test', ...(max === undefined ? {} : { max }) });
}

const limits = (db: Database) =>
  db.run(
    ({ sql }) => sql`
      select current_setting('statement_timeout') as statement,
             current_setting('idle_in_transaction_session_timeout') as idle`,
  );
const LIMITS = [{ statement: '15s', idle: '5s' }];
const events = ledgerEvents(firstOf(simulatedLedgers(1)));

describe.skipIf(program === undefined)('a pooler that no variable names', () => {
  test('is an error that names the variable', async ({ url, bouncer }) => {
    const behind = (await bouncer({ poolMode: 'session' })).urlOf(url);
    await using db = pool(behind);
    const refused = await readHead(db).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DatabaseRefusedError);
    expect(refused).toMatchObject({
      found: 'unsupported startup parameter: statement_timeout',
      message: expect.stringContaining('set DATABASE_POOLER=session'),
    });
    await expect(migrate(behind)).rejects.toThrow('set DATABASE_POOLER=session');
  });

  test('is found even if it accepts parameters that it does not know', async ({ url, db, bouncer }) => {
    const ignored = ['statement_timeout', 'idle_in_transaction_session_timeout', 'tcp_keepalives_idle'];
    const settings = {
      ignore_startup_parameters: [...ignored, 'tcp_keepalives_interval', 'tcp_keepalives_count'].join(','),
    };
    await using behind = pool((await bouncer({ poolMode: 'session', settings })).urlOf(url));
    await expect(requireKnownPooler(behind)).rejects.toThrow('set DATABASE_POOLER=session');
    await expect(requireKnownPooler(db)).resolves.toBeUndefined();
  });
});

describe.skipIf(program === undefined)('a pooler in session mode', () => {
  test('limits each session after it has connected', async ({ postgres: server, bouncer }) => {
    const url = (await bouncer({ poolMode: 'session' })).urlOf(await server.createDatabase('sessions'));
    const location = { url, directUrl: url, pooler: 'session' } as const;
    expect((await migrate(location)).applied).not.toStrictEqual([]);
    await using db = pool(location, 3);
    await requireSchema(db);
    const answers = await Promise.all(Array.from({ length: 12 }, () => limits(db)));
    for (const answer of answers) expect([...answer]).toStrictEqual(LIMITS);
    const written = Array.from({ length: 12 }, () => transaction(db, (tx) => appendEvents(tx, events)));
    await Promise.all(written);
    expect((await readHead(db)).lastId).toBe(BigInt(12 * events.length));
  });

  test('does so again on a connection that replaces a lost one', async ({ url, bouncer }) => {
    const location = { url: (await bouncer({ poolMode: 'session' })).urlOf(url), directUrl: url } as const;
    await using db = pool({ ...location, pooler: 'session' }, 1);
    await using admin = pool(url, 1);
    await limits(db);
    await admin.run(
      ({ sql }) => sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'test' and pid <> pg_backend_pid()`,
    );
    const again = await eventually(() => limits(db));
    expect([...again]).toStrictEqual(LIMITS);
  });
});

describe.skipIf(program === undefined)('a pooler in transaction mode', () => {
  /** Fewer sessions than the pool has connections, so that these take turns. */
  const options = { poolMode: 'transaction', settings: { default_pool_size: '3' } } as const;

  test('serves more connections than it has sessions, each transaction within its limits', async ({
    url,
    bouncer,
  }) => {
    const location = { url: (await bouncer(options)).urlOf(url), directUrl: url } as const;
    await using db = pool({ ...location, pooler: 'transaction' });
    await requireSchema(db);
    const rounds = Array.from({ length: 60 }, async (_, round) => {
      expect([...(await limits(db))]).toStrictEqual(LIMITS);
      if (round % 3 === 0) await transaction(db, (tx) => appendEvents(tx, events));
      return (await db.run(({ sql }) => sql<{ n: number }[]>`select ${round}::int as n`))[0]?.n;
    });
    expect(await Promise.all(rounds)).toStrictEqual(rounds.map((_, round) => round));
    expect((await readHead(db)).lastId).toBe(BigInt(20 * events.length));
    const late = transaction(db, async ({ sql }) => {
      await sql`set local statement_timeout = 50`;
      await sql`select pg_sleep(60)`;
    });
    await expect(late).rejects.toMatchObject({ code: 'statement_timeout' });
  });

  test('is bypassed by leases, notifications and migrations, which work while it is away', async ({
    url,
    bouncer,
  }) => {
    const server = await bouncer(options);
    const location = { url: server.urlOf(url), directUrl: url, pooler: 'transaction' } as const;
    await using db = pool(location);
    await using other = pool(url);
    await readHead(db);
    await server.stop();
    await expect(readHead(db)).rejects.toMatchObject({ code: 'database_unavailable' });

    const lease = { name: 'task', holder: 'a', seconds: 60 };
    expect(await takeLease(db, lease)).toBe(true);
    await releaseLease(db, lease);
    expect(await migrate(location)).toStrictEqual({ applied: [], converted: 0 });
    const stop = new AbortController();
    const watching = watchLog(db, () => undefined, stop.signal);
    await eventually(async () => {
      const listening = await other.run(
        ({ sql }) => sql`select from pg_stat_activity where query like 'listen %' and state = 'idle'`,
      );
      expect(listening).toHaveLength(1);
    });
    stop.abort();
    await watching;
  });
});

describe.skipIf(program === undefined)('a pool that serves requests through a pooler', () => {
  test.for(['session', 'transaction'] as const)(
    'in %s mode cancels what nobody waits for, at the server, and nothing else',
    async (poolMode, { url, db, bouncer }) => {
      const settings = { default_pool_size: '3' };
      const location = { url: (await bouncer({ poolMode, settings })).urlOf(url), directUrl: url } as const;
      const requests = { limit: 2, queue: 10, waitMs: 30_000, statementTimeoutMs: 8000 };
      await using served = connectDatabase(
        { ...location, pooler: poolMode },
        { applicationName: 'serving', requests },
      );
      expect([...(await limits(served))]).toStrictEqual([{ statement: '8s', idle: '5s' }]);
      const left = new RangeError('the client left');
      for (let round = 0; round < 5; round++) {
        const abort = new AbortController();
        const slow = served.run(({ sql }) => sql`select pg_sleep(60)`, { signal: abort.signal });
        const ended = slow.catch((error: unknown) => error);
        const next = Array.from({ length: 4 }, () => served.run(({ sql }) => sql`select pg_sleep(0.01)`));
        await eventually(async () => {
          const asleep = await db.run(
            ({
              sql,
            }) => sql`select from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active'
              and pid <> pg_backend_pid()`,
          );
          expect(asleep).toHaveLength(1);
        });
        abort.abort(left);
        expect(await ended).toBe(left);
        await Promise.all(next);
      }
    },
  );
});
