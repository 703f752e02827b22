import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { eventually } from '@stellar-insights/devstack/testing';
import { expect, test } from 'vitest';
import { LocalServer } from '../src/local-server.ts';
import type { Program } from '../src/supervisor/protocol.ts';

function recipe(program: (port: number) => Program) {
  return { name: 'stand-in', program, stopSignal: 'SIGTERM' } as const;
}

/** Listens at the port and prints what every real server prints. */
function listening(port: number): Program {
  const script = `require('net').createServer().listen(${port}, '127.0.0.1', () => console.log('ready to accept connections'))`;
  return { command: process.execPath, args: ['-e', script] };
}

test('takes another port if the first one was taken before it could listen', async () => {
  const thief = createServer().listen(0, '127.0.0.1');
  await once(thief, 'listening');
  const { port: taken } = thief.address() as AddressInfo;
  const tried: number[] = [];
  try {
    const program = (port: number) => listening(tried.push(port) === 1 ? taken : port);
    await using server = await LocalServer.open(
      async (supervisor) => new LocalServer(supervisor, recipe(program)),
    );
    expect(tried).toHaveLength(2);
    expect(server.port).toBe(tried[1]);
  } finally {
    thief.close();
  }
});

test('a server that ends at once is an error with the end of its log', async () => {
  const program = () => ({
    command: process.execPath,
    args: ['-e', 'console.log("no such setting"); process.exit(1)'],
  });
  const opening = LocalServer.open(async (supervisor) => new LocalServer(supervisor, recipe(program)));
  await expect(opening).rejects.toMatchObject({
    code: 'server_start',
    server: 'stand-in',
    message: expect.stringContaining('no such setting'),
  });
});

test('a program that does not exist is an error that names it', async () => {
  const program = () => ({ command: '/does/not/exist', args: [] });
  const opening = LocalServer.open(async (supervisor) => new LocalServer(supervisor, recipe(program)));
  await expect(opening).rejects.toMatchObject({
    code: 'supervisor',
    message: expect.stringContaining('/does/not/exist'),
  });
});

test('notices that its server died by itself', async () => {
  await using server = await LocalServer.open(
    async (supervisor) => new LocalServer(supervisor, recipe(listening)),
  );
  process.kill(Number(server.pid), 'SIGKILL');
  await eventually(() => expect(server.state).toBe('stopped'));
  await server.start();
  expect(server.state).toBe('running');
});
