import { expect, test } from 'vitest';
import { decoded } from './support/decoded.ts';
import { rawExchanges } from './support/raw-exchange.ts';
import { serveApi } from './support/small-server.ts';

const get = (path: string, headers = '', method = 'GET') =>
  `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

test('coded answers, HEAD and 304 are told apart on one connection, in order', async () => {
  const port = await serveApi();
  const plain = await fetch(`http://127.0.0.1:${port}/openapi.json`, {
    headers: { 'accept-encoding': 'identity' },
  });
  const text = await plain.text();
  const answers = await rawExchanges(
    port,
    [
      get('/openapi.json', 'Accept-Encoding: br\r\n'),
      get('/openapi.json', 'Accept-Encoding: gzip\r\n'),
      get('/health/live', 'Accept-Encoding: br\r\n'),
      get('/health/live', 'Accept-Encoding: gzip, identity;q=0\r\n'),
      get('/openapi.json', `Accept-Encoding: br\r\nIf-None-Match: ${plain.headers.get('etag')}\r\n`),
      get('/openapi.json', 'Accept-Encoding: gzip\r\nRange: bytes=0-9\r\nIf-Range: "x"\r\n'),
      get('/api/v1/ledgers', 'Accept-Encoding: br\r\nConnection: close\r\n'),
    ].join(''),
  );
  const codings = ['br', 'gzip', null, 'gzip', 'br', 'gzip', null] as const;
  expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(codings);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 503]);
  const bodies = await Promise.all(answers.slice(0, 6).map((answer) => answer.arrayBuffer()));
  const texts = bodies.map((body, place) => decoded(Buffer.from(body), codings[place] ?? 'identity'));
  const live = '{"status":"live"}';
  expect(texts.map((each) => each === text)).toEqual([true, true, false, false, true, true]);
  expect(texts.slice(2, 4)).toEqual([live, live]);
});

test('HEAD has the length that GET would have', async () => {
  const url = `http://127.0.0.1:${await serveApi()}`;
  for (const path of ['/openapi.json', '/docs', '/health/live', '/docs/swagger-ui-bundle.js']) {
    for (const coding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': coding };
      const [got, head] = [
        await fetch(url + path, { headers }),
        await fetch(url + path, { headers, method: 'HEAD' }),
      ];
      await got.arrayBuffer();
      expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
      expect(head.headers.get('content-length')).toMatch(/^[1-9]/);
    }
  }
});
