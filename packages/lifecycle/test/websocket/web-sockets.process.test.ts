import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { get, rawPeer } from '../http/raw-peer.ts';
import { startServer, type ServerProgram } from '../program.ts';

interface Client {
  readonly frames: { message: string; reconnect_after_ms: number }[];
  readonly noticedAt: Promise<number>;
  readonly closed: Promise<{ code: number; reason: string; at: number }>;
}

async function client(program: ServerProgram): Promise<Client> {
  const socket = new WebSocket(`ws://127.0.0.1:${program.port}`);
  onTestFinished(() => socket.terminate());
  const frames: Client['frames'] = [];
  socket.on('message', (data: Buffer) =>
    frames.push(JSON.parse(data.toString()) as Client['frames'][number]),
  );
  const noticedAt = once(socket, 'message').then(() => performance.now());
  const closed = (once(socket, 'close') as Promise<[number, Buffer]>).then(([code, reason]) => ({
    code,
    reason: reason.toString(),
    at: performance.now(),
  }));
  await once(socket, 'open');
  return { frames, noticedAt, closed };
}

test('every client gets a notice with a reconnect delay of its own, and 500 ms later code 1012 with a reason', async () => {
  const program = await startServer('web-socket-server');
  const clients = await Promise.all(Array.from({ length: 50 }, () => client(program)));
  await program.announceStop();

  for (const { frames, noticedAt, closed } of clients) {
    const { code, reason, at } = await closed;
    expect(code).toBe(1012);
    expect(reason).toMatch(/^restart; reconnect_after_ms=\d+; last_id=7$/);
    expect(frames).toMatchObject([{ type: 'server_shutdown', message: 'bye', last_id: '7' }]);
    expect(at - (await noticedAt)).toBeGreaterThan(400);
  }
  const delays = new Set(clients.map(({ frames }) => frames[0]?.reconnect_after_ms));
  expect(delays.size).toBeGreaterThan(10);
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  expect(ended.counts('websocket')).toEqual({ clients: 50, closed: 50, terminated: 0, left: 0 });
});

test('a hook that throws for one client costs no client its close, and the report names it', async () => {
  const program = await startServer('web-socket-server', { LAST_ID: 'throws' });
  const clients = await Promise.all(Array.from({ length: 10 }, () => client(program)));
  await program.announceStop();

  const closed = await Promise.all(clients.map((each) => each.closed));
  expect(closed.map(({ code }) => code)).toEqual(clients.map(() => 1012));
  expect(closed.filter(({ reason }) => !reason.includes('last_id'))).toHaveLength(1);
  expect(clients.map(({ frames }) => frames.length)).toEqual(clients.map(() => 1));
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 1, report: { outcome: 'failed', errors: [] } });
  expect(ended.counts('websocket')).toEqual({ clients: 10, closed: 10, terminated: 0, left: 0 });
  expect(ended.resource('websocket').error).toMatchObject({
    code: 'stream_clients_failed',
    cause: { message: 'no id for this one' },
  });
});

test.each(['attached', 'alone'])(
  'upgrades after the announce get 503 and when to retry: %s',
  async (MODE) => {
    const program = await startServer('web-socket-server', { MODE, READINESS_DELAY: '1' });
    await program.announceStop();
    const peer = await rawPeer(program.port);
    peer.send(
      get(
        '/',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ),
    );

    await peer.closed;
    expect(peer.received).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n/);
    expect(peer.received).toMatch(/^Retry-After: \d\r$/m);
    expect((await program.ended()).code).toBe(0);
  },
);

test('a client that does not answer the close is terminated after a bound, within the budget', async () => {
  const program = await startServer('web-socket-server');
  const deaf = await rawPeer(program.port);
  deaf.send(
    get(
      '/',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ),
  );
  await program.printed(/connected/);
  await program.announceStop();

  await deaf.closed;
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
  expect(ended.counts('websocket')).toEqual({ clients: 1, closed: 0, terminated: 1, left: 0 });
});

test('a budget shorter than the notice terminates the clients, and the report says so', async () => {
  const program = await startServer('web-socket-server', { STREAMS_BUDGET: '0.2' });
  const { closed } = await client(program);
  await program.announceStop();

  expect((await closed).code).toBe(1006);
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 1, report: { outcome: 'forced' } });
  expect(ended.counts('websocket')).toEqual({ clients: 1, closed: 0, terminated: 1, left: 0 });
});

test('a client that leaves on the notice is counted as gone by itself', async () => {
  const program = await startServer('web-socket-server');
  const socket = new WebSocket(`ws://127.0.0.1:${program.port}`);
  await once(socket, 'open');
  const noticed = once(socket, 'message');
  await program.announceStop();
  await noticed;
  socket.close();

  const ended = await program.ended();
  expect(ended.code).toBe(0);
  expect(ended.counts('websocket')).toEqual({ clients: 1, closed: 0, terminated: 0, left: 1 });
});
