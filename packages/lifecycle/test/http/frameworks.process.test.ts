import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { get, rawPeer } from './raw-peer.ts';
import { startServer } from '../program.ts';

test.each(['hono', 'fastify', 'express'])(
  '%s: requests in flight are answered, idle connections closed',
  async (name) => {
    const program = await startServer(name);
    const idle = await rawPeer(program.port);
    idle.send(get('/'));
    await idle.receivedMatch(/ok$/);
    const slow = await rawPeer(program.port);
    slow.send(get('/slow'));
    await program.printed(/slow began/);
    await program.announceStop();

    expect(await slow.closed).toBe('end');
    expect(slow.received).toMatch(/^Connection: close\r$/im);
    expect(slow.received).toMatch(/slow$/);
    expect(await idle.closed).toBe('end');
    const ended = await program.ended();
    expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean' } });
    expect(ended.counts('http')).toMatchObject({ inFlight: 1, finished: 1, cut: 0 });
  },
);

test.each(['hono', 'fastify', 'express'])('%s: a request cut off hears it from its signal', async (name) => {
  const program = await startServer(name, { DRAIN_BUDGET: '0.1' });
  const slow = await rawPeer(program.port);
  slow.send(get('/slow'));
  await program.printed(/slow began/);
  await program.announceStop();

  await slow.closed;
  const ended = await program.ended();
  expect(program.output).toContain('slow ended: request_cut');
  expect(ended.code).toBe(1);
  expect(ended.counts('http')).toMatchObject({ inFlight: 1, cut: 1 });
});

test('hono: streamSSE and upgradeWebSocket get the notice, then their end', async () => {
  const program = await startServer('hono');
  const events = await rawPeer(program.port);
  events.send(get('/events'));
  await events.receivedMatch(/data: tick/);
  const socket = new WebSocket(`ws://127.0.0.1:${program.port}/ws`);
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => frames.push(data.toString()));
  const closed = once(socket, 'close');
  await once(socket, 'open');
  await program.announceStop();

  const [code] = await closed;
  expect(code).toBe(1012);
  expect(frames.map((frame) => JSON.parse(frame))).toMatchObject([{ type: 'server_shutdown' }]);
  expect(await events.closed).toBe('end');
  expect(events.received).toMatch(/event: server_shutdown[^]*data: tick[^]*event: server_shutdown/);
  expect(events.received).toMatch(/\r\n0\r\n\r\n$/);
  const ended = await program.ended();
  expect(ended).toMatchObject({ code: 0, report: { outcome: 'clean', errors: [] } });
  expect(ended.counts('websocket')).toMatchObject({ clients: 1, closed: 1, terminated: 0 });
});
