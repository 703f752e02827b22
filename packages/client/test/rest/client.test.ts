import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { createClient, type ClientOptions } from '../../src/index.ts';
import { cut, json, problem, scriptedServer, silence, type Answer } from './scripted-server.ts';

const NETWORK = { data: { cursor: null }, as_of: null };

/** A clock on which every pause is over at once, and the pauses. */
function hurry(): { clock: Clock; pauses: number[] } {
  const pauses: number[] = [];
  const after: Clock['after'] = (ms, callback) => {
    pauses.push(ms);
    const timer = setTimeout(callback);
    return () => clearTimeout(timer);
  };
  return { clock: { now: () => 0, random: () => 0.5, after }, pauses };
}

async function clientOf(answers: readonly Answer[], options: Partial<ClientOptions> = {}) {
  const { url, requests } = await scriptedServer(...answers);
  const { clock, pauses } = hurry();
  return { client: createClient({ url, clock, ...options }), requests, pauses, url };
}

describe('a request', () => {
  test('puts its parameters where the route has them', async () => {
    const { client, requests } = await clientOf([json({ data: {} })], {
      headers: { Authorization: 'Bearer k' },
    });
    await client.getCorridor({ source: 'native', dest: 'US/D:G A', window: '7d', include_self: true });
    await client.listPayments({ limit: 5, memo: 'ä&b', cursor: undefined });
    expect(requests.map(({ url }) => url)).toEqual([
      '/api/v1/corridors/native/US%2FD%3AG%20A?window=7d&include_self=true',
      '/api/v1/payments?limit=5&memo=%C3%A4%26b',
    ]);
    expect(requests[0]?.headers).toMatchObject({ accept: 'application/json', authorization: 'Bearer k' });
  });

  test('goes to the path at which the API is', async () => {
    const { url, requests } = await scriptedServer(json(NETWORK));
    expect(await createClient({ url: `${url}/stellar/` }).getNetwork()).toEqual(NETWORK);
    expect(requests.map((request) => request.url)).toEqual(['/stellar/api/v1/network']);
  });

  test.each([
    ['an address that is none', () => createClient({ url: 'localhost:3000' })],
    [
      'a parameter of the path that is empty',
      () => createClient({ url: 'http://h' }).getLedger({ sequence: '' }),
    ],
  ])('is refused at once with %s', async (_what, call) => {
    await expect((async () => await call())()).rejects.toThrow(TypeError);
  });

  test('reports a problem document as an error with its code and the parameters to correct', async () => {
    const { client, requests } = await clientOf([problem(400, 'invalid_parameter')]);
    await expect(client.listCorridors({ window: '1y' })).rejects.toMatchObject({
      name: 'ApiProblemError',
      status: 400,
      code: 'invalid_parameter',
      detail: 'why',
      requestId: 'r-1',
      errors: [{ parameter: 'window', detail: 'expected 5m to 90d' }],
      retryable: false,
      message: expect.stringContaining('window: expected 5m to 90d') as string,
    });
    expect(requests.length).toBe(1);
  });

  test('that writes is sent again only after 429: without an answer it may have been carried out', async () => {
    for (const answer of [cut, problem(503, 'busy')]) {
      const { client, requests } = await clientOf([answer, json({ data: {} })]);
      await expect(client.createToken()).rejects.toMatchObject({ retryable: true });
      expect(requests.length).toBe(1);
    }
    const { client, requests } = await clientOf([problem(429, 'rate_limited'), json({ data: {} })]);
    expect(await client.createToken()).toEqual({ data: {} });
    expect(requests.length).toBe(2);
  });

  test('reports an answer that is not of the API', async () => {
    const page: Answer = (_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>');
    const { client } = await clientOf([page]);
    await expect(client.getNetwork()).rejects.toMatchObject({ code: 'unexpected_answer', status: 200 });
    const broken: Answer = (_request, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"data":');
    await expect((await clientOf([broken])).client.getNetwork()).rejects.toMatchObject({
      code: 'unexpected_answer',
    });
  });

  test('gives the answer of a process that is not ready, which is no problem document', async () => {
    const starting: Answer = (_request, response) =>
      response.writeHead(503, { 'Content-Type': 'application/json' }).end('{"status":"starting"}');
    const { client, requests } = await clientOf([starting]);
    expect(await client.getStartup()).toEqual({ status: 'starting' });
    expect(requests.length).toBe(1);
  });
});

describe('a request is sent again', () => {
  test('after a connection that was cut and after a busy server, not before the time that it names', async () => {
    const busy = problem(503, 'database_unavailable', { 'Retry-After': '7' });
    const { client, requests, pauses } = await clientOf([cut, busy, json(NETWORK)]);
    expect(await client.getNetwork()).toEqual(NETWORK);
    expect(requests.length).toBe(3);
    expect(pauses).toEqual([125, 7000]);
  });

  test('at the date that the server names', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    const { client, pauses } = await clientOf([
      problem(429, 'too_many', { 'Retry-After': date }),
      json(NETWORK),
    ]);
    await client.getNetwork();
    expect(pauses[0]).toBeGreaterThan(15_000);
    expect(pauses[0]).toBeLessThanOrEqual(20_000);
  });

  test('after a gateway that found no process in time', async () => {
    const page: Answer = (_request, response) =>
      response.writeHead(504, { 'Content-Type': 'text/html' }).end('<p>');
    const { client } = await clientOf([page, json(NETWORK)]);
    expect(await client.getNetwork()).toEqual(NETWORK);
  });

  test.each([
    ['a fault of the request', problem(404, 'not_found')],
    ['an unexpected error', problem(500, 'internal_error')],
    ['an answer that took too long', problem(504, 'timed_out')],
    ['a pause longer than a minute', problem(503, 'maintenance', { 'Retry-After': '3600' })],
  ])('but not after %s', async (_what, answer) => {
    const { client, requests } = await clientOf([answer]);
    await expect(client.getNetwork()).rejects.toMatchObject({ name: 'ApiProblemError' });
    expect(requests.length).toBe(1);
  });

  test('three times at most, or as often as the options say', async () => {
    const { client, requests } = await clientOf([cut]);
    await expect(client.getNetwork()).rejects.toMatchObject({ code: 'api_unreachable', retryable: true });
    expect(requests.length).toBe(3);
    const once = await clientOf([problem(503, 'busy')], { attempts: 1 });
    await expect(once.client.getNetwork()).rejects.toMatchObject({ code: 'busy', retryable: true });
    expect(once.requests.length).toBe(1);
  });

  test('when an attempt takes too long', async () => {
    // A busy machine may take longer than that to answer, too.
    const { client, requests } = await clientOf([silence, json(NETWORK)], { timeoutMs: 200, attempts: 50 });
    expect(await client.getNetwork()).toEqual(NETWORK);
    expect(requests.length).toBeGreaterThan(1);
  });
});

describe('an aborted request', () => {
  test('rejects with the reason of the signal, while it waits for an answer or for its next attempt', async () => {
    const { client, requests } = await clientOf([silence]);
    const stop = new AbortController();
    const asked = client.getNetwork({}, { signal: stop.signal });
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect(client.getNetwork({}, { signal: stop.signal })).rejects.toBe(reason);
    expect(requests.length).toBeLessThanOrEqual(1);

    const between = new AbortController();
    const abortInPause: Clock['after'] = () => {
      queueMicrotask(() => between.abort(reason));
      return () => undefined;
    };
    const stopped: Clock = { now: () => 0, random: () => 0.5, after: abortInPause };
    const busy = await clientOf([problem(503, 'busy')], { clock: stopped });
    await expect(busy.client.getNetwork({}, { signal: between.signal })).rejects.toBe(reason);
  });
});

describe('a list', () => {
  const page = (rows: readonly number[], next: string | null) =>
    json({ data: rows, page: { next_cursor: next } });

  test('is read page by page with the same parameters', async () => {
    const { client, requests } = await clientOf([page([1, 2], 'a'), page([], 'b'), page([3], null)]);
    const rows: unknown[] = [];
    for await (const row of client.listPayments.rows({ limit: 2, asset: 'native' })) rows.push(row);
    expect(rows).toEqual([1, 2, 3]);
    expect(requests.map(({ url }) => url)).toEqual([
      '/api/v1/payments?limit=2&asset=native',
      '/api/v1/payments?limit=2&asset=native&cursor=a',
      '/api/v1/payments?limit=2&asset=native&cursor=b',
    ]);
  });

  test('is read no further than it is asked for', async () => {
    const { client, requests } = await clientOf([page([1, 2], 'a')]);
    for await (const { data } of client.listLedgers.pages({ cursor: 'z' })) {
      expect(data).toEqual([1, 2]);
      break;
    }
    expect(requests.map(({ url }) => url)).toEqual(['/api/v1/ledgers?cursor=z']);
  });
});
