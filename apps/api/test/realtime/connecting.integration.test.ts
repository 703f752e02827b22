import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { ProblemError } from '../../src/answers/problem.ts';
import { rawExchange, rawExchanges } from '../support/raw-exchange.ts';
import { expectProblem } from '../support/open-api.ts';
import { RawWebSocket, UPGRADE, upgradeRequest } from './raw-web-socket.ts';
import { append, cursorsOf, ledgerEvent, test } from './realtime-stage.ts';
import { EventStreamClient, WebSocketClient } from './stream-client.ts';

function without(...names: (keyof typeof UPGRADE)[]): Record<string, string> {
  return Object.fromEntries(Object.entries(UPGRADE).filter(([name]) => !names.includes(name as never)));
}

describe('a request that does not become a WebSocket is answered at once', () => {
  const end = { Connection: 'Upgrade, close' };
  const cases: [string, string, number, string][] = [
    ['no upgrade', upgradeRequest({ Host: 'localhost', Connection: 'close' }), 426, 'upgrade_required'],
    [
      'an upgrade to something else',
      upgradeRequest({ ...UPGRADE, ...end, Upgrade: 'h2c' }),
      426,
      'upgrade_required',
    ],
    [
      'an old version',
      upgradeRequest({ ...UPGRADE, ...end, 'Sec-WebSocket-Version': '8' }),
      426,
      'upgrade_required',
    ],
    ['no version', upgradeRequest({ ...without('Sec-WebSocket-Version'), ...end }), 426, 'upgrade_required'],
    ['no key', upgradeRequest({ ...without('Sec-WebSocket-Key'), ...end }), 400, 'malformed_upgrade'],
    [
      'a short key',
      upgradeRequest({ ...UPGRADE, ...end, 'Sec-WebSocket-Key': 'eA==' }),
      400,
      'malformed_upgrade',
    ],
    ['a POST', upgradeRequest({ ...UPGRADE, ...end }).replace('GET', 'POST'), 405, 'method_not_allowed'],
    ['HTTP/1.0', upgradeRequest({ ...UPGRADE, ...end }).replace('1.1', '1.0'), 400, 'malformed_upgrade'],
    ['the path //', upgradeRequest({ ...UPGRADE, ...end }, '//'), 404, 'route_not_found'],
    ['another path', upgradeRequest({ ...UPGRADE, ...end }, '/ws/'), 404, 'route_not_found'],
    [
      'a page of another origin',
      upgradeRequest({ ...UPGRADE, ...end, Origin: 'https://evil.example' }),
      403,
      'origin_not_allowed',
    ],
    ['the origin null', upgradeRequest({ ...UPGRADE, ...end, Origin: 'null' }), 403, 'origin_not_allowed'],
  ];

  test('with a problem that has the reason', async ({ serve }) => {
    const { port, realtime } = await serve({ origins: ['https://app.example'] });
    for (const [what, request, status, code] of cases) {
      const problem = await expectProblem(await rawExchange(port, request), status);
      expect(problem.code, what).toBe(code);
    }
    const required = await rawExchange(port, upgradeRequest({ Host: 'localhost', Connection: 'close' }));
    expect(required.headers.get('upgrade')).toBe('websocket');
    // curl asks every server for HTTP/2 like this.
    const other = await rawExchange(
      port,
      upgradeRequest({ Host: 'localhost', ...end, Upgrade: 'h2c' }, '/health/live'),
    );
    expect(other.status).toBe(200);
    const friend = await WebSocketClient.connect(port, { origin: 'https://app.example' });
    expect(friend.frames[0]?.type).toBe('connected');
    expect(realtime.webSocketServer.clients.size).toBe(1);
  });

  test('in its turn, if it comes before the answers to other requests', async ({ serve }) => {
    const { port, realtime } = await serve();
    const before = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3);
    const answers = await rawExchanges(port, before + upgradeRequest({ ...UPGRADE, ...end }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 426]);
    expect(realtime.webSocketServer.clients.size).toBe(0);
  });

  test('if it names two hosts', async ({ serve }) => {
    const { port } = await serve();
    const request = upgradeRequest().replace('Host: localhost\r\n', 'Host: localhost\r\nHost: other\r\n');
    await expectProblem(await rawExchange(port, request), 400);
  });

  test('if it may not connect, by the one function that decides', async ({ serve }) => {
    const asked: string[] = [];
    const { port } = await serve({
      authorize: ({ url = '' }) => {
        asked.push(url);
        throw new ProblemError(403, 'not_allowed', 'no');
      },
    });
    expect((await rawExchange(port, upgradeRequest())).status).toBe(403);
    const stream = await EventStreamClient.connect(port);
    expect((await expectProblem(stream.response, 403)).code).toBe('not_allowed');
    expect(asked).toEqual(['/ws', '/api/v1/events/stream?']);
  });

  test('if its address has sent too many requests, or too many keys that are not valid', async ({
    serve,
  }) => {
    const { port, realtime } = await serve({ rateLimits: { perKey: 0, perAddress: 1 } });
    const guess = { ...UPGRADE, Authorization: 'Bearer guess' };
    expect((await rawExchange(port, upgradeRequest(guess))).status).toBe(401);
    for (const headers of [guess, { ...UPGRADE, Connection: 'Upgrade, close' }]) {
      const refused = await rawExchange(port, upgradeRequest({ ...headers, ...end }));
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect((await expectProblem(refused, 429)).code).toBe('rate_limited');
    }
    expect(realtime.webSocketServer.clients.size).toBe(0);
  });

  test('if there is no place for it: in all, and for its address', async ({ serve }) => {
    const server = await serve({ maxConnections: 3, maxPerAddress: 2, trustedProxies: 1 });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': `198.51.100.1, ${address}` } });
    const first = await WebSocketClient.connect(server.port, from('192.0.2.1'));
    await EventStreamClient.connect(server.port, {}, from('192.0.2.1').headers);
    const third = upgradeRequest({
      ...UPGRADE,
      Connection: 'Upgrade, close',
      'X-Forwarded-For': '192.0.2.1',
    });
    const refused = await rawExchange(server.port, third);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await expectProblem(refused, 429)).code).toBe('too_many_connections');
    const stream = await EventStreamClient.connect(server.port, {}, from('192.0.2.1').headers);
    expect((await expectProblem(stream.response, 429)).code).toBe('too_many_connections');

    await WebSocketClient.connect(server.port, from('192.0.2.2'));
    const full = await EventStreamClient.connect(server.port, {}, from('192.0.2.3').headers);
    expect((await expectProblem(full.response, 503)).code).toBe('connections_exhausted');
    expect(await server.metric('refused_total', { reason: 'too_many_connections' })).toBe(2);
    first.socket.close();
    await first.closed;
    const next = await eventually(async () => {
      const client = await EventStreamClient.connect(server.port, {}, from('192.0.2.3').headers);
      return client.response.status === 200 && client;
    });
    await next.first('connected');
  });
});

test('a client that leaves while it is decided whether it may connect keeps no place', async ({ serve }) => {
  const asked = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<undefined>();
  let undecided = 2;
  const { port, realtime } = await serve({
    maxPerAddress: 1,
    authorize: ({ socket }) => {
      socket.once('close', () => decided.resolve(undefined));
      if ((undecided -= 1) === 0) asked.resolve();
      return decided.promise;
    },
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(2));
  await asked.promise;
  socket.destroy();
  await decided.promise;
  const { response } = await EventStreamClient.connect(port);
  expect(response.status).toBe(200);
  await eventually(() => realtime.broadcaster.followers.size === 1);
});

test('1,000 upgrades that end halfway, in four ways, take no place and leave every other client served', async ({
  db,
  serve,
}) => {
  const server = await serve({ maxPerAddress: 300 });
  const witness = await WebSocketClient.connect(server.port);
  await witness.subscribe(['all']);
  const request = upgradeRequest();
  const halfway = async (index: number): Promise<void> => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    switch (index % 4) {
      case 0: // It never sends the rest.
        socket.write(request.slice(0, 50));
        break;
      case 1: // It resets before the answer.
        socket.write(request);
        socket.resetAndDestroy();
        break;
      case 2: // It leaves before the answer.
        socket.end(request);
        break;
      default: // It sends the path and leaves.
        socket.end('GET // HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    }
  };
  for (let batch = 0; batch < 10; batch += 1) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => halfway(index)));
  }
  const ids = cursorsOf(await append(db, [ledgerEvent(1)]));
  await witness.until(() => witness.ids.length === 1);
  expect(witness.ids).toEqual(ids);
  await eventually(() => server.realtime.broadcaster.followers.size === 1);
  // All places but that of the witness are free.
  await Promise.all(Array.from({ length: 299 }, () => WebSocketClient.connect(server.port)));
});

test('10,000 connection attempts get an answer each, and the clients that are connected stay served', async ({
  db,
  serve,
}) => {
  const server = await serve({ maxPerAddress: 50 });
  const witness = await WebSocketClient.connect(server.port);
  await witness.subscribe(['all']);
  const answers = new Map<number, number>();
  const attempts = process.env['TEST_FULL'] ? 10_000 : 1000;
  let made = 0;
  const attack = async (): Promise<void> => {
    while (made < attempts) {
      made += 1;
      const raw = await RawWebSocket.connect(
        server.port,
        upgradeRequest({ ...UPGRADE, Connection: 'Upgrade, close' }),
      );
      await eventually(() => raw.received.includes('\r\n\r\n'), { everyMs: 1 });
      const status = Number(raw.received.split(' ')[1]);
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 20 }, attack));
  expect(Object.fromEntries(answers)).toEqual({ 101: 49, 429: made - 49 });
  const ids = cursorsOf(await append(db, [ledgerEvent(1)]));
  await witness.until(() => witness.ids.length === 1);
  expect(witness.ids).toEqual(ids);
});

describe('a stream of server-sent events', () => {
  test('is refused with a problem if a parameter does not fit', async ({ serve }) => {
    const { port } = await serve({ maxChannels: 2 });
    const refused = async (query: string, headers: Record<string, string> = {}, status = 400) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/events/stream?${query}`, { headers });
      return (await expectProblem(response, status)).code;
    };
    for (const query of [
      'channel=everything',
      'channel=all&channel=x',
      'channel=all&channel=ledgers&channel=payments',
      'channels=all',
      'after=-1',
      'after=x--1',
      `after=x-1${'0'.repeat(40)}`,
      'after=x-1&after=x-2',
    ]) {
      expect(await refused(query), query).toBe('invalid_parameter');
    }
    expect(await refused('', { 'last-event-id': 'nonsense' })).toBe('invalid_parameter');
    expect(await refused('', { accept: 'application/json' }, 406)).toBe('not_acceptable');
    expect(await refused(`channel=${'x'.repeat(10_000)}`, {}, 414)).toBe('uri_too_long');
  });

  test('has headers that keep proxies from holding it back, and can be read from every allowed origin', async ({
    serve,
  }) => {
    const { port } = await serve({ origins: ['https://app.example'] });
    const { response } = await EventStreamClient.connect(port, {}, { origin: 'https://app.example' });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://app.example',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const head = await fetch(`http://127.0.0.1:${port}/api/v1/events/stream`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});
