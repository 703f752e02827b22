import type { Socket } from 'node:net';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, test } from 'vitest';
import { expectProblem } from './support/open-api.ts';
import { RawClient, rawExchange, rawExchanges } from './support/raw-exchange.ts';
import { serveApi } from './support/small-server.ts';

const HOST = 'Host: localhost\r\n';
const CHUNKED = `POST /health/live HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n`;
const live = (headers: string, version = '1.1'): string =>
  `GET /health/live HTTP/${version}\r\n${headers}\r\n`;
const target = (text: string): string => `GET ${text} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

const REFUSED: readonly [what: string, bytes: string, status: number][] = [
  ['two hosts', live(`${HOST}Host: other\r\n`), 400],
  ['the same host twice', live(HOST + HOST), 400],
  ['two hosts in HTTP/1.0', live(HOST + HOST, '1.0'), 400],
  ['two hosts beside an expectation', live(`${HOST}${HOST}Expect: 100-continue\r\n`), 400],
  ['two hosts after many headers', live(`${'a:\r\n'.repeat(2500)}${HOST}${HOST}`), 400],
  ['no host', live(''), 400],
  ['no host beside an absolute target', 'GET http://localhost/health/live HTTP/1.1\r\n\r\n', 400],
  ...[
    '',
    'a, b',
    'a,b',
    'a b',
    'u@b',
    'b/x',
    'b?x',
    'b#x',
    'b:x',
    'b:99999',
    '1.2.3.256',
    '[::1',
    '\xfc',
  ].map((host): [string, string, number] => [`the host "${host}"`, live(`Host: ${host}\r\n`), 400]),

  ['an unknown transfer coding', live(`${HOST}Transfer-Encoding: foo\r\n`), 501],
  ['the transfer coding identity', live(`${HOST}Transfer-Encoding: identity\r\n`), 501],
  ['a coding before chunked', live(`${HOST}Transfer-Encoding: gzip, chunked\r\n`), 501],
  ['a coding after chunked', live(`${HOST}Transfer-Encoding: chunked, gzip\r\n`), 400],
  ['chunked twice', live(`${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n`), 400],
  ['an empty coding', live(`${HOST}Transfer-Encoding:\r\n`), 400],
  ['a transfer coding in HTTP/1.0', live(`${HOST}Transfer-Encoding: chunked\r\n`, '1.0'), 400],
  ['a length and a coding', live(`${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`), 400],
  ['a coding and a length', live(`${HOST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n`), 400],
  ['two lengths', live(`${HOST}Content-Length: 5\r\nContent-Length: 6\r\n`), 400],
  ['a list of lengths', live(`${HOST}Content-Length: 5, 5\r\n`), 400],
  ['a length that is no number', live(`${HOST}Content-Length: x\r\n`), 400],
  ['a negative length', live(`${HOST}Content-Length: -5\r\n`), 400],
  ['a length beyond all numbers', live(`${HOST}Content-Length: ${'9'.repeat(30)}\r\n`), 400],
  ['a chunk size that is no number', `${CHUNKED}zz\r\n`, 400],
  ['a chunk size beyond all numbers', `${CHUNKED}${'f'.repeat(30)}\r\n`, 400],
  ['a chunk that is longer than its size', `${CHUNKED}1\r\nabc\r\n0\r\n\r\n`, 400],
  ['a chunk extension that is too long', `${CHUNKED}1;${'x'.repeat(20_000)}\r\na\r\n0\r\n\r\n`, 413],
  ['trailers that are too long', `${CHUNKED}0\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  [
    'a body that is too long',
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 1000000\r\nConnection: close\r\n\r\nx`,
    413,
  ],

  ['another scheme', target('ftp://other/health/live'), 400],
  ['a password in the target', target('http://u:p@other/health/live'), 400],
  ['a target without its host', target('http:///health/live'), 400],
  ['`*` with GET', target('*'), 400],
  ['a target that is no path', target('health'), 400],
  ['a backslash in the path', target('/a\\b'), 400],
  ['a space in the path', target('/a b'), 400],
  ['NUL in the path', target('/\0'), 400],
  ['NUL in the query', target('/api/v1/ledgers?limit=%00'), 400],
  ['bytes that are not ASCII', target('/\xc3\xa9'), 400],
  ['a target of a megabyte', target(`/api/v1/payments?memo=${'x'.repeat(1_000_000)}`), 414],
  ['a target of 9 KB', target(`/api/v1/payments?memo=${'x'.repeat(9000)}`), 414],
  ['headers of 100 KB', live(`${HOST}X: ${'x'.repeat(100_000)}\r\n`), 431],

  ['an expectation', live(`${HOST}Expect: a miracle\r\n`), 417],
  ['CONNECT', `CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n`, 405],
  ['TRACE', `TRACE /health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 405],
  [
    'a method that is known, and not taken',
    `PROPFIND /health/live HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
    405,
  ],
  ['an unknown method', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a method of 70 KB', `${'A'.repeat(70_000)} / HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['HTTP/2.0 in the form of HTTP/1', live(HOST, '2.0'), 505],
  ['HTTP/1.2', live(HOST, '1.2'), 400],
  ['HTTP/2 with prior knowledge', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03', 400],
  ['no HTTP at all', 'hello\r\n\r\n', 400],
  ['a header without a colon', live(`${HOST}foo\r\n`), 400],
  ['a space before the colon', live('Host : a\r\n'), 400],
  ['a folded header', live(`${HOST}A: b\r\n c\r\n`), 400],
  ['lines without CR', 'GET /health/live HTTP/1.1\nHost: a\n\n', 400],
  ['a CR in a header', live(`${HOST}X: a\rb\r\n`), 400],
  ['NUL in a header', live(`${HOST}X: a\0b\r\n`), 400],
];

const SERVED: readonly [what: string, bytes: string, status: number][] = [
  ["HAProxy's httpchk, in HTTP/1.0 without a host", 'OPTIONS / HTTP/1.0\r\n\r\n', 204],
  ['a probe in HTTP/1.0 without a host', 'GET /health/live HTTP/1.0\r\n\r\n', 200],
  ['HEAD in HTTP/1.0', 'HEAD /health/startup HTTP/1.0\r\n\r\n', 503],
  ['`OPTIONS *`', `OPTIONS * HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, 204],
  ['an absolute target', target('http://other.example/health/live'), 200],
  ['an empty line before the request', `\r\n${target('/health/live')}`, 200],
  [
    'an upgrade to a protocol that is not there',
    live(`${HOST}Upgrade: h2c\r\nConnection: Upgrade, close\r\n`),
    200,
  ],
  ['`100-continue`', live(`${HOST}Expect: 100-continue\r\nConnection: close\r\n`), 200],
  ...['[::1]:3000', 'a.b.', 'API.Example.COM', 'my_api:3000', '127.0.0.1', 'xn--bcher-kva.example'].map(
    (host): [string, string, number] => [
      `the host ${host}`,
      live(`Host: ${host}\r\nConnection: close\r\n`),
      200,
    ],
  ),
];

describe('whatever arrives is answered', () => {
  test('with a problem and the end of the connection if HTTP or the API refuse it', async () => {
    const port = await serveApi();
    for (const [what, bytes, status] of REFUSED) {
      const answers = await rawExchanges(port, bytes);
      const [answer = new Response(null, { status: 599 })] = answers;
      expect([what, answers.length, answer.status]).toEqual([what, 1, status]);
      expect([what, answer.headers.get('connection')]).toEqual([what, 'close']);
      await expectProblem(answer, status);
    }
    expect((await rawExchange(port, target('/health/live'))).status).toBe(200);
  });

  test('if it is rare, but right', async () => {
    const port = await serveApi();
    for (const [what, bytes, status] of SERVED) {
      expect([what, (await rawExchange(port, bytes)).status]).toEqual([what, status]);
    }
    const { headers } = await rawExchange(port, SERVED.find(([what]) => what.includes('*'))?.[1] ?? '');
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  test('and a client that resets its connection does no harm', async () => {
    const port = await serveApi();
    const requests = [...REFUSED, ...SERVED].map(([, bytes]) => bytes);
    for (const bytes of requests) {
      const client = await RawClient.connect(port);
      client.send(bytes);
      client.socket.resetAndDestroy();
      await client.closed;
    }
    expect((await rawExchange(port, target('/health/live'))).status).toBe(200);
  });

  test('once: the rest of a body that was refused gets no second answer', async () => {
    const port = await serveApi();
    const bytes = `POST /health/live HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`;
    const client = await RawClient.connect(port);
    client.send(`${bytes}zz\r\n`);
    client.send(target('/health/live'));
    await client.closed;
    expect(client.answers.map(({ status }) => status)).toEqual([400]);
  });
});

test('a request is late once it has begun; a connection that was opened in advance waits for its first one', async () => {
  const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
  const sockets: Socket[] = [];
  let expire = (): void => undefined;
  const port = await serveApi({
    onServer: (server) => {
      server.on('connection', (socket: Socket) => sockets.push(socket));
      // What Node does when the time for a request's head is over.
      expire = () => void server.emit('clientError', late, sockets.at(-1));
    },
  });
  const client = await RawClient.connect(port);
  await eventually(() => sockets.length === 1);
  expire();
  client.send(live(HOST));
  await eventually(() => client.answers.length === 1);
  client.send('GET /health');
  await eventually(() => sockets.every(({ bytesRead }) => bytesRead > live(HOST).length));
  expire();
  expect(await client.closed).toBeUndefined();
  expect(client.answers.map(({ status }) => status)).toEqual([200, 408]);
});

test('a connection is kept for as long as is configured, and says so', async () => {
  const { headers } = await fetch(`http://127.0.0.1:${await serveApi()}/health/live`);
  expect(headers.get('keep-alive')).toBe('timeout=60');
});
