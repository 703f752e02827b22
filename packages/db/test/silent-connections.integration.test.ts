import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { eventually, TcpProxy } from '@stellar-insights/devstack/testing';
import { test as onServices } from '@stellar-insights/devstack/vitest';
import postgres from 'postgres';
import { describe, expect, onTestFinished } from 'vitest';
import { databaseOptions, LIMITS } from '../src/database-options.ts';
import { Database, DatabaseUnavailableError, type Executor } from '../src/index.ts';
import { controlOptions } from '../src/request-options.ts';
import { watchLog } from '../src/log/index.ts';

const SILENCE = { silence_timeout: 0.2 } as object;

/** A pool to the database, and what its connections go through. */
interface Way {
  readonly proxy: TcpProxy;
  readonly db: Database;
}

const test = onServices.extend('way', ({ database }) => async (max: number): Promise<Way> => {
  const through = new URL(database.url);
  const proxy = await TcpProxy.start({ port: Number(through.port) });
  through.port = String(proxy.port);
  const db = new Database(
    postgres(through.href, { ...databaseOptions({ applicationName: 'test', max }), ...SILENCE }),
  );
  onTestFinished(async () => {
    await db.client.end({ timeout: 0 });
    await proxy[Symbol.asyncDispose]();
  });
  return { proxy, db };
});

const ask = (db: Database) => db.run(({ sql }) => sql`select 1`);
const askOnEach = (db: Database, connections: number) =>
  Promise.all(Array.from({ length: connections }, () => db.run(({ sql }) => sql`select pg_sleep(0.05)`)));
async function copyLines(sql: Executor['sql']): Promise<Writable> {
  await sql`create temporary table lines (line text) on commit drop`;
  return await sql`copy pg_temp.lines from stdin`.writable();
}
const failed = (work: Promise<unknown>) => work.catch((error: unknown) => error);

/** Resolves after a connection has been silent for too long, three times over. */
async function silence({ db, proxy }: Way): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await ask(db);
    proxy.forgetConnections();
    await failed(ask(db));
  }
}

describe('a connection that died without a word', () => {
  test('fails its query, and is replaced with those that wait beside it', async ({ way }) => {
    const { db, proxy } = await way(4);
    await askOnEach(db, 4);
    proxy.forgetConnections();
    expect(proxy.deadConnections).toBe(4);
    const error = await failed(ask(db));
    expect(error).toBeInstanceOf(DatabaseUnavailableError);
    expect(error).toMatchObject({ found: 'CONNECTION_SILENT' });
    await askOnEach(db, 4);
    await eventually(() => expect(proxy.deadConnections).toBe(0));
  });

  test('fails its transaction, and queries that wait behind it succeed on another one', async ({ way }) => {
    const { db, proxy } = await way(1);
    const waiting: Promise<unknown>[] = [];
    const lost = db.begin('', async ({ sql }) => {
      await sql`select 1`;
      waiting.push(...Array.from({ length: 5 }, () => ask(db)));
      proxy.forgetConnections();
      await sql`select 2`;
    });
    expect(await failed(lost)).toBeInstanceOf(DatabaseUnavailableError);
    expect(waiting).toHaveLength(5);
    await Promise.all(waiting);
    expect(proxy.deadConnections).toBe(0);
  });

  test.for([
    ['that is on its way', { deaf: true }],
    ['whose end was sent', { deaf: false }],
  ] as const)('fails a COPY %s', async ([, how], { way }) => {
    const { db, proxy } = await way(1);
    const copying = db.begin('', async ({ sql }) => {
      const stream = await copyLines(sql);
      proxy.forgetConnections(how);
      // More than the buffers of a socket hold.
      stream.end('x'.repeat(2 ** 25));
      await finished(stream);
    });
    expect(await failed(copying)).toBeInstanceOf(DatabaseUnavailableError);
    await ask(db);
  });

  test('is replaced also if it only listens', async ({ way }) => {
    const { db, proxy } = await way(1);
    const stop = new AbortController();
    const watching = watchLog(db, () => undefined, stop.signal, 10);
    const listening = () =>
      db.run(({ sql }) => sql`select from pg_stat_activity where query like 'listen%' and state = 'idle'`);
    await eventually(async () => expect(await listening()).toHaveLength(1));
    proxy.forgetConnections();
    await eventually(() => ask(db));
    await eventually(() => expect([proxy.connections, proxy.deadConnections]).toStrictEqual([2, 0]));
    stop.abort();
    await watching;
  });

  test('does not keep a pool from ending', async ({ way }) => {
    const { db, proxy } = await way(2);
    await askOnEach(db, 2);
    proxy.forgetConnections();
    await db.client.end();
    await eventually(() => expect(proxy.connections).toBe(0));
  });
});

describe('a connection that is silent and alive', () => {
  test('is kept: without a query, in a transaction, and while its client pauses a COPY', async ({ way }) => {
    const { db, proxy } = await way(3);
    await askOnEach(db, 3);
    const clock = await way(1);
    await db.begin('', async ({ sql }) => {
      const stream = await copyLines(sql);
      await db.begin('', async (other) => {
        await other.sql`select 1`;
        await silence(clock);
        await other.sql`select 2`;
      });
      stream.end('a\nb\n');
      await finished(stream);
      expect(await sql`select from pg_temp.lines`).toHaveLength(2);
    });
    expect(proxy.connections).toBe(3);
  });

  test('is kept if it was this process that did not read', async ({ way }) => {
    const { db } = await way(1);
    await ask(db);
    const answer = ask(db);
    // The statement is on its way.
    await new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);
    expect(await answer).toHaveLength(1);
  });

  test('has as long as the server gives a statement, and any time if there is no limit', () => {
    const options = { applicationName: 'test' };
    expect(LIMITS).toMatchObject({ statement_timeout: 15_000 });
    expect(databaseOptions(options)).toMatchObject({ silence_timeout: 20 });
    expect(databaseOptions({ ...options, limits: {} })).toMatchObject({ silence_timeout: 0 });
    expect(controlOptions(options)).toMatchObject({ silence_timeout: 2 });
  });
});
