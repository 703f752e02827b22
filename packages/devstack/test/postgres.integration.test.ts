import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, TableLock, type PostgresServer } from '@stellar-insights/devstack';
import { eventually } from '@stellar-insights/devstack/testing';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

afterAll(() => server[Symbol.asyncDispose]());

function connectTo(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

describe('a private Postgres', () => {
  test('answers at its URL, on 127.0.0.1 only and without a Unix socket', async () => {
    const sql = connectTo(server.url);
    const [row] =
      await sql`select current_setting('listen_addresses') as addresses, current_setting('port')::int as port,
      current_setting('unix_socket_directories') as sockets`;
    expect(row).toEqual({ addresses: '127.0.0.1', port: server.port, sockets: '' });
  });

  test('refuses a wrong password', async () => {
    const sql = connectTo(`postgres://postgres:guessed@127.0.0.1:${server.port}/postgres`);
    await expect(sql`select 1`).rejects.toMatchObject({ code: '28P01' });
  });

  test.runIf(process.platform === 'linux')('never runs as root', () => {
    const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+[1-9]/m);
  });

  test('commits synchronously, and waits for the disk only if it is durable', async () => {
    await using durable = await startPostgres({ durable: true, settings: { max_connections: '7' } });
    const settings = async (url: string) => {
      const rows = await connectTo(url)`select name, setting from pg_settings
        where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'max_connections')`;
      return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    };
    expect(await settings(server.url)).toMatchObject({ fsync: 'off', synchronous_commit: 'on' });
    expect(await settings(durable.url)).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      max_connections: '7',
    });
  });

  test('makes databases, lists the connections to them, and drops them while they are in use', async () => {
    const url = await server.createDatabase('orders');
    const sql = postgres(url, { max: 1, connection: { application_name: 'shop' } });
    onTestFinished(() => sql.end({ timeout: 1 }));
    await sql`select 1`;

    expect(await server.connections('orders')).toMatchObject([
      {
        database: 'orders',
        application: 'shop',
        state: 'idle',
        address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      },
    ]);
    expect(await server.connections('postgres')).toEqual([]);
    await server.dropDatabase('orders');
    await expect(sql`select 1`).rejects.toMatchObject({
      code: expect.stringMatching(/^(3D000|57P01|CONNECTION_CLOSED)$/),
    });
    expect(await server.connections()).toEqual([]);
    await server.dropDatabase('orders');
  });

  test.for(['fast', 'immediate'] as const)(
    'comes back from a %s restart with its port and all commits',
    async (mode) => {
      const url = await server.createDatabase();
      await connectTo(url)`create table kept as select 42 as answer`;
      const { pid, port } = server;
      await server.restart({ mode });
      expect(server.pid).not.toBe(pid);
      expect(server.port).toBe(port);
      expect(await connectTo(url)`select answer from kept`).toMatchObject([{ answer: 42 }]);
    },
  );

  test('answers no client while frozen, and goes on where it was when thawed', async () => {
    const sql = connectTo(server.url);
    await sql`select 1`;
    await server.freeze();
    expect(server.state).toBe('frozen');
    const answer = sql`select 2 as n`.then(([row]) => row?.['n'] as number);
    expect(await Promise.race([answer, sleep(300, 'silence')])).toBe('silence');
    await expect(server.connections()).rejects.toMatchObject({
      code: 'server_not_running',
      state: 'frozen',
    });

    await server.thaw();
    expect(server.state).toBe('running');
    expect(await answer).toBe(2);
  });

  test('can be stopped while frozen, refuses connections while stopped, and starts again', async () => {
    await server.freeze();
    await server.stop();
    expect(server).toMatchObject({ state: 'stopped', pid: undefined });
    await expect(opens(server.port)).resolves.toBe(false);
    await server.start();
    await expect(opens(server.port)).resolves.toBe(true);
  });

  test('is gone for good once disposed, and may be disposed twice', async () => {
    const doomed = await startPostgres();
    const { pid, port } = doomed;
    await doomed[Symbol.asyncDispose]();
    await doomed[Symbol.asyncDispose]();
    await eventually(() => expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH'));
    await expect(opens(port)).resolves.toBe(false);
    await expect(doomed.start()).rejects.toMatchObject({ code: 'supervisor' });
  });

  test('copies a database that is named as the template', async () => {
    const template = connectTo(await server.createDatabase('template'));
    await template`create table kept (n int)`;
    await template.end();
    const sql = connectTo(await server.createDatabase(undefined, { template: 'template' }));
    expect(await sql`select * from kept`).toEqual([]);
  });

  test('lists the readers that wait for a locked table', async () => {
    const url = await server.createDatabase('locked');
    const sql = connectTo(url);
    await sql`create table busy as select 1 as n`;
    const lock = await TableLock.take(url, 'busy');
    const reading = sql`select n from busy`.execute();
    await eventually(async () => {
      const waiting = (await server.connections('locked')).filter(({ waitsForLock }) => waitsForLock);
      expect(waiting.map(({ query }) => query)).toEqual(['select n from busy']);
    });
    await lock[Symbol.asyncDispose]();
    expect(await reading).toEqual([{ n: 1 }]);
    await expect(TableLock.take(url, 'nowhere')).rejects.toMatchObject({ code: '42P01' });
  });
});

function opens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
