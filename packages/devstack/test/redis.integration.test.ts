import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type RedisServer } from '@stellar-insights/devstack';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server[Symbol.asyncDispose]());

function connect(connectionName = 'test'): Redis {
  const client = new Redis(server.url, { connectionName });
  client.on('error', () => undefined);
  onTestFinished(() => client.disconnect());
  return client;
}

describe('a private Redis', () => {
  test('answers at its URL, on 127.0.0.1 only, stores nothing on disk and evicts nothing', async () => {
    const client = connect();
    const setting = async (name: string) => (await client.config('GET', name))[1];
    expect(await setting('bind')).toBe('127.0.0.1');
    expect(await setting('save')).toBe('');
    expect(await setting('appendonly')).toBe('no');
    expect(await setting('maxmemory-policy')).toBe('noeviction');
  });

  test('is emptied by flush', async () => {
    const client = connect();
    await client.set('key', 'value');
    await server.flush();
    expect(await client.dbsize()).toBe(0);
  });

  test('lists its clients, without its own connection', async () => {
    expect(await server.clients()).toEqual([]);
    await connect('worker').ping();
    expect(await server.clients()).toMatchObject([
      { name: 'worker', command: 'ping', address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) },
    ]);
  });

  test('answers no client while frozen, and goes on where it was when thawed', async () => {
    const client = connect();
    await client.set('key', 'value');
    await server.freeze();
    const answer = client.get('key');
    expect(await Promise.race([answer, sleep(300, 'silence')])).toBe('silence');
    await expect(server.flush()).rejects.toMatchObject({
      code: 'server_not_running',
      state: 'frozen',
    });
    await server.thaw();
    expect(await answer).toBe('value');
  });

  test.for(['stop', 'kill'] as const)(
    'after %s it is gone, and starts again empty on the same port',
    async (end) => {
      const { port, pid } = server;
      await connect().set('key', 'value');
      await server[end]();
      expect(server).toMatchObject({ state: 'stopped', pid: undefined });
      await server.start();
      expect(server.pid).not.toBe(pid);
      expect(server.port).toBe(port);
      expect(await connect().dbsize()).toBe(0);
    },
  );

  test('a client reconnects after a restart', async () => {
    const client = connect();
    await client.ping();
    await server.restart();
    expect(await client.ping()).toBe('PONG');
  });

  test('shows the end of its log if its port was taken meanwhile', async () => {
    await server.stop();
    const thief = await listen(server.port);
    try {
      await expect(server.start()).rejects.toMatchObject({
        code: 'server_start',
        portTaken: true,
        message: expect.stringContaining('already in use'),
      });
    } finally {
      await new Promise((resolve) => void thief.close(resolve));
    }
    await server.start();
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const thief = createServer().listen(port, '127.0.0.1', () => resolve(thief));
  });
}
