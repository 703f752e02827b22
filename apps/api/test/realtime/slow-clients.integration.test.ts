import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import { RawWebSocket, frame } from './raw-web-socket.ts';
import { append, cursorsOf, ledgerEvent, test } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

const TEXT = 1;
const MIB = 1_048_576;
/** More than the buffers of the two kernels and of this process take. */
const FLOOD = Array.from({ length: 120 }, (_, index) => ledgerEvent(index, 100_000));

describe('a client that does not read, or a byte a second', () => {
  test('is closed with 1013, while this process holds no more than its cap for it', async ({ db, serve }) => {
    const clock = fakeClock();
    const server = await serve({ clock, heartbeatMs: 3_600_000 });
    const { followers } = server.realtime.broadcaster;
    const witness = await WebSocketClient.connect(server.port);
    await witness.subscribe(['all']);
    const deaf = await WebSocketClient.connect(server.port);
    await deaf.subscribe(['all']);
    deaf.socket.pause();
    const stream = await RawWebSocket.connect(
      server.port,
      'GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    await eventually(() => stream.received.includes('subscription_confirm'));
    stream.socket.pause();
    const drip = await RawWebSocket.connect(server.port);
    await eventually(() => drip.received.includes('"type":"connected"'));
    drip.socket.pause();
    drip.socket.write(
      frame({ opcode: TEXT, payload: JSON.stringify({ type: 'subscribe', channels: ['all'] }) }),
    );
    await eventually(() => [...followers].every(({ isFollowing }) => isFollowing));

    const ids: string[] = [];
    for (let index = 0; index < FLOOD.length; index += 20) {
      ids.push(...cursorsOf(await append(db, FLOOD.slice(index, index + 20))));
      await witness.until(() => witness.ids.length === ids.length);
      for (const { outlet } of followers) expect(outlet.unsent).toBeLessThan(MIB + 110_000);
    }
    await eventually(
      () => [...followers].filter(({ outlet, lag }) => outlet.unsent > 0 && lag > 0).length === 3,
    );
    for (let second = 0; second < 9; second += 1) {
      drip.socket.read(1);
      await clock.advance(1000);
    }
    expect(await server.metric('closes_total')).toBe(0);
    // After 10 s, or after 60 s if the kernel has taken all but less than 1 MiB.
    for (let second = 0; second < 60; second += 1) await clock.advance(1000);
    expect(await server.metric('closes_total', { reason: 'slow' })).toBe(3);
    deaf.socket.resume();
    expect(await deaf.closed).toMatchObject({ code: 1013 });
    drip.socket.resume();
    await eventually(() => drip.closeCode === 1013);
    stream.socket.resume();
    await stream.ended;
    expect(witness.ids).toEqual(ids);

    // What it was sent is a beginning of the log without a hole, and it gets the rest when it comes back.
    const back = await WebSocketClient.connect(server.port);
    await back.subscribe(['all'], deaf.ids.at(-1));
    await back.until(() => deaf.ids.length + back.ids.length === ids.length);
    expect([...deaf.ids, ...back.ids]).toEqual(ids);
  });

  test('and does not answer pings is closed with 3008', async ({ serve }) => {
    const clock = fakeClock();
    const server = await serve({ clock, heartbeatMs: 20_000 });
    const witness = await WebSocketClient.connect(server.port);
    const mute = await RawWebSocket.connect(server.port);
    await eventually(() => mute.received.includes('"type":"connected"'));
    const pinged = new Promise((resolve) => witness.socket.once('ping', resolve));
    await clock.advance(20_000);
    await pinged;
    await eventually(() => mute.received.endsWith('\x89\x00'));
    await clock.advance(20_000);
    await eventually(() => mute.closeCode === 3008);
    expect(await server.metric('closes_total', { reason: 'pong' })).toBe(1);
    witness.send({ type: 'ping' });
    await witness.first('pong');
  });

  test('is asked no more questions once its answers fill the cap', async ({ serve }) => {
    const server = await serve({ messagesPerSecond: 1000 });
    const deaf = await WebSocketClient.connect(server.port);
    deaf.socket.pause();
    const channel = `account:G${'A'.repeat(55)}`;
    const question = JSON.stringify({ type: 'unsubscribe', channels: Array(900).fill(channel) });
    for (let index = 0; index < 300; index += 1) deaf.send(question);
    const [follower] = server.realtime.broadcaster.followers;
    const [client] = server.realtime.webSocketServer.clients;
    await eventually(() => client?.isPaused === true);
    expect(follower?.outlet.unsent).toBeLessThan(2 * MIB);
    deaf.socket.resume();
    await deaf.until(() => deaf.of('subscription_confirm').length === 300);
  });
});

test('a client that takes its events slowly is not closed for the pong of a ping that is behind them', async ({
  db,
  serve,
}) => {
  const clock = fakeClock();
  const server = await serve({ clock, heartbeatMs: 3000 });
  const client = await WebSocketClient.connect(server.port);
  await client.subscribe(['all']);
  client.socket.pause();
  const [follower] = server.realtime.broadcaster.followers;
  const ids = cursorsOf(await append(db, FLOOD));
  await eventually(() => (follower?.outlet.unsent ?? 0) > MIB);
  await clock.advance(9000);
  expect(await server.metric('closes_total')).toBe(0);
  client.socket.resume();
  await client.until(() => client.ids.length === ids.length);
});

describe('a client that comes back far behind gets them all', () => {
  const LATE = Array.from({ length: 2000 }, (_, index) => ledgerEvent(index, 4000));

  test.for([false, true])('over a WebSocket, compressed: %s', async (perMessageDeflate, { db, serve }) => {
    // This clock stands still: nobody looks again after a second.
    const { port, realtime } = await serve({ clock: fakeClock(), compression: true });
    const [seen = '', ...missed] = cursorsOf(await append(db, [ledgerEvent(0), ...LATE.slice(0, 500)]));
    await eventually(() => missed.at(-1)?.endsWith(`-${realtime.broadcaster.ring.headId}`) === true);
    const client = await WebSocketClient.connect(port, { perMessageDeflate });
    await client.subscribe(['all'], seen);
    await client.until(() => client.ids.length === missed.length);
    expect(client.ids).toEqual(missed);
  });

  test('over SSE, whatever the kernel leaves of a write when it is full', async ({ db, serve }) => {
    const { port, realtime } = await serve({ clock: fakeClock() });
    const { ring, followers } = realtime.broadcaster;
    const [seen = '', ...missed] = cursorsOf(await append(db, [ledgerEvent(0), ...LATE]));
    await eventually(() => missed.at(-1)?.endsWith(`-${ring.headId}`) === true);
    const request = `GET /api/v1/events/stream?after=${seen} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    const stream = await RawWebSocket.connect(port, request);
    stream.socket.on('data', () => {
      stream.socket.pause();
      setImmediate(() => stream.socket.resume());
    });
    await eventually(
      () =>
        [...followers].every(({ lag }) => lag === 0) && stream.received.includes(`id: ${missed.at(-1)}\n`),
    );
    const ids = [...stream.received.matchAll(/"type":"event","id":"([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual(missed);
  });
});

test('a client that reads slowly gets everything, in part from Postgres, because the ring has passed it', async ({
  db,
  serve,
}) => {
  const server = await serve({ ring: { maxEvents: 10, maxBytes: 10 * MIB } });
  const client = await WebSocketClient.connect(server.port);
  await client.subscribe(['all']);
  const stream = await EventStreamClient.connect(server.port);
  await stream.first('subscription_confirm');
  client.socket.pause();
  const ids = cursorsOf(await append(db, FLOOD));
  const [behind] = [...server.realtime.broadcaster.followers];
  await eventually(() => behind !== undefined && behind.lag > 10 && behind.outlet.unsent > MIB);
  client.socket.resume();
  await client.until(() => client.ids.length === ids.length && stream.ids.length === ids.length);
  expect(client.ids).toEqual(ids);
  expect(stream.ids).toEqual(ids);
  expect(await server.metric('log_reads_total', { reader: 'pages' })).toBeGreaterThan(0);
  expect(await server.metric('lag_events', { quantile: '1' })).toBe(0);
});
