import { eventually } from '@stellar-insights/devstack/testing';
import { seed } from '@stellar-insights/devstack/vitest';
import { describe, expect } from 'vitest';
import { generator } from './generator.ts';
import { frame, RawWebSocket } from './raw-web-socket.ts';
import { append, cursorsOf, ledgerEvent, test } from './realtime-stage.ts';
import { WebSocketClient } from './stream-client.ts';

const [CONTINUATION, TEXT, BINARY, RESERVED, CLOSE, PING] = [0, 1, 2, 3, 8, 9];
const subscribe = (channels: unknown, more: object = {}) =>
  JSON.stringify({ type: 'subscribe', channels, ...more });

describe('a message that is no frame of the protocol is answered with a typed error, and the connection stays', () => {
  const cases: [string, string][] = [
    ['', 'malformed_frame'],
    ['{', 'malformed_frame'],
    ['null', 'malformed_frame'],
    ['[]', 'malformed_frame'],
    ['"subscribe"', 'malformed_frame'],
    ['{}', 'malformed_frame'],
    ['{"type":1}', 'malformed_frame'],
    ['[{"type":"ping"}]', 'malformed_frame'],
    ['{"type":"publish"}', 'unknown_type'],
    ['{"type":"__proto__"}', 'unknown_type'],
    ['{"type":"ping","timestamp":"now"}', 'invalid_frame'],
    ['{"type":"subscribe"}', 'invalid_frame'],
    [subscribe('all'), 'invalid_frame'],
    [subscribe([]), 'invalid_frame'],
    [subscribe([7]), 'invalid_frame'],
    [subscribe(['all'], { from: 1 }), 'invalid_frame'],
    [subscribe(Array.from({ length: 1001 }, () => 'all')), 'invalid_frame'],
    [subscribe(['everything']), 'unknown_channel'],
    [subscribe(['all', 'corridor:native']), 'unknown_channel'],
    [subscribe(['account:"><script>']), 'unknown_channel'],
    [subscribe([`asset:${'x'.repeat(20_000)}`]), 'unknown_channel'],
    [subscribe(['all'], { after: 'x' }), 'invalid_cursor'],
    [subscribe(['all'], { after: 'x--1' }), 'invalid_cursor'],
    [subscribe(['all'], { after: 5 }), 'invalid_cursor'],
    [subscribe(['all'], { after: `x-1${'0'.repeat(40)}` }), 'invalid_cursor'],
  ];

  test('each with its code, and nothing of it is subscribed', async ({ serve }) => {
    const { port, realtime } = await serve({ messagesPerSecond: 1000 });
    const client = await WebSocketClient.connect(port);
    for (const [message] of cases) client.send(message);
    await client.until(() => client.of('error').length === cases.length);
    expect(client.of('error').map(({ code }) => code)).toEqual(cases.map(([, code]) => code));
    for (const { message } of client.of('error')) expect(message.length).toBeLessThan(400);
    const [follower] = realtime.broadcaster.followers;
    expect(follower?.channels).toEqual(new Set());
    client.send({ type: 'ping' });
    await client.first('pong');
  });

  test('also if it asks for more than the connection may have', async ({ serve }) => {
    const { port } = await serve({ maxChannels: 2 });
    const client = await WebSocketClient.connect(port);
    await client.subscribe(['ledgers']);
    client.send({ type: 'subscribe', channels: ['payments', 'corridors'] });
    expect((await client.first('error')).code).toBe('too_many_channels');
    const { after } = await client.subscribe(['payments', 'ledgers']);
    client.send({ type: 'subscribe', channels: ['payments'], after });
    await client.until(() => client.of('error').length === 2);
    expect(client.of('error')[1]?.code).toBe('already_following');
  });
});

describe('bytes that are no WebSocket messages close the connection with a code', () => {
  const text = JSON.stringify({ type: 'ping' });
  const cases: [string, number, Buffer][] = [
    ['not masked', 1002, frame({ opcode: TEXT, payload: text, masked: false })],
    ['compressed without agreement', 1002, frame({ opcode: TEXT, payload: text, rsv1: true })],
    ['of an unknown kind', 1002, frame({ opcode: RESERVED, payload: text })],
    ['the rest of no message', 1002, frame({ opcode: CONTINUATION, payload: text })],
    ['a ping that is too long', 1002, frame({ opcode: PING, payload: 'x'.repeat(126) })],
    ['a ping in fragments', 1002, frame({ opcode: PING, fin: false })],
    ['a close without a proper code', 1002, frame({ opcode: CLOSE, payload: Buffer.from([0, 1]) })],
    ['binary', 1003, frame({ opcode: BINARY, payload: text })],
    ['no UTF-8', 1007, frame({ opcode: TEXT, payload: Buffer.from([0xff, 0xfe]) })],
    ['too large, as its header says', 1009, frame({ opcode: TEXT, length: 65_537 })],
    ['larger than a number can say', 1009, Buffer.from([0x81, 0xff, ...Array<number>(12).fill(0xff)])],
    [
      'too large in all its fragments',
      1009,
      Buffer.concat([
        frame({ opcode: TEXT, payload: 'x'.repeat(40_000), fin: false }),
        frame({ opcode: CONTINUATION, payload: 'x'.repeat(40_000) }),
      ]),
    ],
    [
      'in too many fragments',
      1008,
      Buffer.concat([
        frame({ opcode: TEXT, fin: false }),
        ...Array.from({ length: 300 }, () => frame({ opcode: CONTINUATION, payload: ' ', fin: false })),
      ]),
    ],
    [
      'too many messages',
      1008,
      Buffer.concat(Array.from({ length: 100 }, () => frame({ opcode: TEXT, payload: text }))),
    ],
    ['too many pings', 1008, Buffer.concat(Array.from({ length: 100 }, () => frame({ opcode: PING })))],
    ['too many pongs', 1008, Buffer.concat(Array.from({ length: 100 }, () => frame({ opcode: 10 })))],
  ];

  test('and every other client is served', async ({ db, serve }) => {
    const server = await serve();
    const witness = await WebSocketClient.connect(server.port);
    await witness.subscribe(['all']);
    const closes = cases.map(async ([what, , bytes]) => {
      const raw = await RawWebSocket.connect(server.port);
      raw.socket.write(bytes);
      await eventually(() => raw.closeCode !== undefined);
      raw.socket.destroy();
      return [what, raw.closeCode];
    });
    expect(await Promise.all(closes)).toEqual(cases.map(([what, code]) => [what, code]));
    const ids = cursorsOf(await append(db, [ledgerEvent(1)]));
    await witness.until(() => witness.ids.length === 1);
    expect(witness.ids).toEqual(ids);
    await eventually(async () => (await server.metric('subscribers')) === 1);
  });

  test('a message in fragments, with a ping between them, is a message', async ({ serve }) => {
    const { port } = await serve();
    const raw = await RawWebSocket.connect(port);
    const fragments = text
      .split('')
      .map((payload, index) =>
        frame({ opcode: index === 0 ? TEXT : CONTINUATION, payload, fin: index === text.length - 1 }),
      );
    for (const fragment of fragments.toSpliced(3, 0, frame({ opcode: PING }))) raw.socket.write(fragment);
    await eventually(() => raw.received.includes('"type":"pong"'));
  });
});

test('5,000 hostile messages leave every other client served and nothing behind', async ({ db, serve }) => {
  const random = generator(seed());
  const server = await serve({ messagesPerSecond: 100, maxPerAddress: 1000 });
  const witness = await WebSocketClient.connect(server.port);
  await witness.subscribe(['all']);
  let sent = 0;
  const attack = async (): Promise<void> => {
    while (sent < 5000) {
      const raw = await RawWebSocket.connect(server.port);
      for (let index = 0; index < 50 && raw.socket.writable; index += 1, sent += 1) {
        const payload = Buffer.from(Array.from({ length: random(300) }, () => random(256)));
        const isText = random(3) > 0;
        const shape = { fin: random(4) > 0, masked: random(4) > 0, rsv1: random(8) === 0 };
        raw.socket.write(
          isText
            ? frame({
                opcode: TEXT,
                payload: JSON.stringify({ type: 'subscribe', channels: [payload.toString('base64')] }),
              })
            : frame({ opcode: random(16), payload, ...shape }),
        );
      }
      raw.socket.end();
      await raw.ended;
    }
  };
  await Promise.all(Array.from({ length: 8 }, attack));
  const ids = cursorsOf(await append(db, [ledgerEvent(1), ledgerEvent(2)]));
  await witness.until(() => witness.ids.length === 2);
  expect(witness.ids).toEqual(ids);
  await eventually(async () => (await server.metric('subscribers')) === 1);
  expect(server.realtime.broadcaster.followers.size).toBe(1);
});
