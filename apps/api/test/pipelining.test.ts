import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { timeLimit } from '../src/middleware/limits.ts';
import { systemClock } from '@stellar-insights/runtime/time';
import { RawClient, rawExchanges } from './support/raw-exchange.ts';
import { serveRoutes } from './support/small-server.ts';

/** The bound that the server promises. */
const MOST_SERVED = 16;
const BIG = 'x'.repeat(8000);

function get(path: string, ...headers: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');
}

/** Routes that count: `/held/N` answers N once `release` was called, `/big/N` at once and at length, `/N` at once. */
async function serveCounting() {
  const held = Promise.withResolvers<void>();
  const seen = { started: 0, most: 0, serving: 0, left: 0 };
  const port = await serveRoutes((api) => {
    api.use(timeLimit(systemClock));
    api.use(async (context, next) => {
      seen.started += 1;
      seen.serving += 1;
      seen.most = Math.max(seen.most, seen.serving);
      context.env.outgoing.once('close', () => (seen.serving -= 1));
      context.get('signal').addEventListener('abort', () => (seen.left += 1));
      await next();
    });
    api.get('/held/:number', async (context) => {
      await held.promise;
      return context.text(context.req.param('number'));
    });
    api.get('/big/:number', (context) => context.text(`${context.req.param('number')} ${BIG}`));
    api.post('/body/:number', async (context) =>
      context.text(`${context.req.param('number')} ${await context.req.text()}`),
    );
    api.get('/:number', (context) => context.text(context.req.param('number')));
  });
  return { port, seen, release: held.resolve };
}

const range = (length: number): number[] => Array.from({ length }, (_, number) => number);

async function textsOf(answers: readonly Response[]): Promise<string[]> {
  return await Promise.all(answers.map((answer) => answer.text()));
}

describe('a client that pipelines', () => {
  it('is served 16 requests at a time, and gets all answers in order', async () => {
    const { port, seen, release } = await serveCounting();
    const client = await RawClient.connect(port);
    const numbers = range(600);
    client.send(numbers.map((number) => get(`/held/${number}`)).join(''));
    await eventually(() => seen.started === MOST_SERVED);
    // Another client is served meanwhile, and no other request of this one.
    expect((await fetch(`http://127.0.0.1:${port}/7`)).status).toBe(200);
    expect(seen).toMatchObject({ started: MOST_SERVED + 1, serving: MOST_SERVED });
    release();
    await eventually(() => client.answers.length === numbers.length);
    expect(await textsOf(client.answers)).toEqual(numbers.map(String));
    expect(seen).toMatchObject({ started: 601, most: MOST_SERVED + 1, serving: 0, left: 0 });
    client.socket.destroy();
  });

  it('is not read while it does not read, and loses nothing once it does', async () => {
    const { port, seen } = await serveCounting();
    const client = await RawClient.connect(port);
    client.socket.pause();
    // More than the buffers of the two sockets hold, in both directions.
    const numbers = range(12_000);
    client.send(numbers.map((number) => get(`/big/${number}`, `X: ${'x'.repeat(1200)}`)).join(''));
    await eventually(() => seen.serving === MOST_SERVED && client.socket.writableLength > 0);
    for (let turn = 0; turn < 20; turn++) await fetch(`http://127.0.0.1:${port}/7`);
    expect(seen.started).toBeLessThan(numbers.length / 2);
    expect(client.socket.writableLength).toBeGreaterThan(0);
    client.socket.resume();
    await eventually(() => client.answers.length === numbers.length);
    expect(await textsOf(client.answers)).toEqual(numbers.map((number) => `${number} ${BIG}`));
    expect(seen.most).toBeLessThanOrEqual(MOST_SERVED + 1);
    client.socket.destroy();
  });

  it('gets all answers in order over many packets, bodies included', async () => {
    const { port, seen } = await serveCounting();
    const client = await RawClient.connect(port);
    const numbers = range(5000);
    const requests = numbers.map((number) => {
      const body = `${number}`.repeat(number % 50);
      if (number % 3 > 0) return get(`/${number}`);
      return `POST /body/${number} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    });
    client.send(requests.join(''));
    await eventually(() => client.answers.length === numbers.length);
    const expected = numbers.map((number) =>
      number % 3 > 0 ? `${number}` : `${number} ${`${number}`.repeat(number % 50)}`,
    );
    expect(await textsOf(client.answers)).toEqual(expected);
    expect(seen.most).toBeLessThanOrEqual(MOST_SERVED);
    client.socket.destroy();
  });

  it('ends all its requests, not only the first, by leaving', async () => {
    const { port, seen } = await serveCounting();
    const client = await RawClient.connect(port);
    const requests = range(10).map((number) => get(`/held/${number}`));
    client.send(requests.join(''));
    await eventually(() => seen.started === 10);
    client.socket.destroy();
    await eventually(() => seen.serving === 0);
    expect(seen).toMatchObject({ started: 10, left: 10 });
  });

  it('gets the answers to what came before bytes that are no request, then a 400, then the end', async () => {
    const { port } = await serveCounting();
    const numbers = range(40);
    const requests = numbers.map((number) => get(`/${number}`)).join('');
    for (const [bytes, status] of [
      ['hello\r\n\r\n', 400],
      ['POST /body/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
      ['POST /body/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n', 501],
      ['CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 405],
    ] as const) {
      const answers = await rawExchanges(port, requests + bytes);
      expect(answers.pop()?.status, bytes).toBe(status);
      expect(await textsOf(answers)).toEqual(numbers.map(String));
    }
  });

  it('is served nothing after a request that is refused', async () => {
    const { port, seen } = await serveCounting();
    const refused = 'GET /no HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n';
    const requests = (from: number): string => {
      const numbers = range(40).map((number) => get(`/${from + number}`));
      return numbers.join('');
    };
    const answers = await rawExchanges(port, requests(0) + refused + requests(100));
    expect(answers.map(({ status }) => status)).toEqual([...range(40).map(() => 200), 400]);
    expect(seen.started).toBe(40);
  });

  it('gets the answer to its last request, whatever it sends after `Connection: close`', async () => {
    const { port } = await serveCounting();
    const answers = await rawExchanges(port, get('/1') + get('/2', 'Connection: close') + get('/3'));
    expect(await textsOf(answers)).toEqual(['1', '2']);
    expect(answers.at(-1)?.headers.get('connection')).toBe('close');
  });
});
