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
  test('is closed with 1013 after 10 s, while this process holds no more than its cap for it', async ({
    db,
    serve,
  }) => {
    const clock = fakeClock();
    const server = await serve({ clock });
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
    expect([...followers].filter(({ outlet }) => outlet.unsent > MIB)).toHaveLength(3);
    for (let second = 0; second < 10; second += 1) {
      drip.socket.read(1);
      await clock.advance(1000);
    }
    expect(followers.size).toBe(4);
    await clock.advance(1000);
    deaf.socket.resume();
    expect(await deaf.closed).toMatchObject({ code: 1013 });
    drip.socket.resume();
    await eventually(() => drip.closeCode === 1013);
    stream.socket.resume();
    await stream.ended;
    expect(await server.metric('closes_total', { reason: 'slow' })).toBe(3);
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
