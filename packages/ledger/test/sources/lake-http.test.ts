import { eventually } from '@stellar-insights/devstack/testing';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batchKey } from '../../src/sources/lake-layout.ts';
import { openSource, type SourceOptions } from '../../src/sources/open-source.ts';
import { PUBNET, realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';
import { instantClock } from './instant-clock.ts';
import { lakeFiles, manifest } from './lake-files.ts';
import { LocalServer, serveFiles, type Handler } from './local-server.ts';
import { failure, sequences } from './reading.ts';

const never = new AbortController().signal;
const files = lakeFiles({ from: 10, to: 20 });
const keyOf12 = `/${batchKey(12, manifest, 'zst')}`;
const range = Array.from({ length: 11 }, (_, index) => 10 + index);

/** Serves the lake, except that `handler` answers for ledger 12: its second argument counts the requests. */
function except12(handler: (response: Parameters<Handler>[1], times: number) => unknown): Handler {
  const serve = serveFiles(files);
  let times = 0;
  return (request, response) =>
    request.url === keyOf12 ? handler(response, ++times) : serve(request, response);
}

function lakeAt(url: string, options: SourceOptions = {}) {
  return openSource({ lake: url }, { clock: instantClock(), ...options });
}

describe('a lake behind HTTP', () => {
  it.each(['', '/', '/?list-type=2#top'])('is read below its base URL, ending in "%s"', async (ending) => {
    await using server = await LocalServer.start(serveFiles(files, '/v1.1/ledgers/'));
    expect(await sequences(lakeAt(`${server.url}/v1.1/ledgers${ending}`), 10, 20)).toStrictEqual(range);
    expect(server.requests.filter((request) => request.includes('?'))).toStrictEqual([]);
  });

  it.skipIf(realLedgersAbsent)('gives real ledgers', async () => {
    const layout = { ...manifest, networkPassphrase: PUBNET };
    const real = realLedgers();
    const ledger = (sequence: number) =>
      real.find((raw) => raw.sequence === sequence)?.bytes ?? Buffer.alloc(0);
    await using server = await LocalServer.start(
      serveFiles(lakeFiles({ from: 30_822_015, to: 30_822_019, layout, ledger })),
    );
    const source = lakeAt(server.url);
    expect(await source.networkPassphrase(never)).toBe(PUBNET);
    for await (const { sequence, bytes } of source.ledgers({ from: 30_822_015, to: 30_822_019 }, never)) {
      expect(Buffer.compare(bytes, ledger(sequence))).toBe(0);
    }
    expect(await sequences(source, 30_822_015, 30_822_019)).toHaveLength(5);
  });

  it('asks for the other ending only until it has found a batch', async () => {
    await using server = await LocalServer.start(
      serveFiles(lakeFiles({ from: 10, to: 20, extension: 'zstd' })),
    );
    expect(await sequences(lakeAt(server.url, { prefetch: 1 }), 10, 20)).toStrictEqual(range);
    expect(server.requests.filter((request) => request.endsWith('.zst'))).toHaveLength(1);
  });

  it('never asks for more batches at once than its prefetch', async () => {
    let [now, most] = [0, 0];
    const serve = serveFiles(files);
    await using server = await LocalServer.start(async (request, response) => {
      most = Math.max(most, ++now);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      now--;
      serve(request, response);
    });
    expect(await sequences(lakeAt(server.url, { prefetch: 3 }), 10, 20)).toStrictEqual(range);
    expect(most).toBe(3);
  });

  it('accepts objects that the transport has decompressed', async () => {
    const serve = serveFiles(files);
    await using server = await LocalServer.start((request, response) => {
      if (request.url?.endsWith('.zst')) response.setHeader('content-encoding', 'zstd');
      serve(request, response);
    });
    expect(await sequences(lakeAt(server.url), 10, 20)).toStrictEqual(range);
  });

  it('follows a redirect, which a bucket of another region sends', async () => {
    await using bucket = await LocalServer.start(serveFiles(files));
    await using server = await LocalServer.start((request, response) => {
      response.writeHead(307, { location: bucket.url + (request.url ?? '') }).end();
    });
    expect(await sequences(lakeAt(server.url), 10, 20)).toStrictEqual(range);
  });
});

describe('a lake server in trouble', () => {
  it.each<[string, (response: Parameters<Handler>[1]) => unknown]>([
    ['answers 500', (response) => response.writeHead(500).end()],
    ['answers 503', (response) => response.writeHead(503).end()],
    ['answers 429', (response) => response.writeHead(429).end()],
    ['closes the connection', (response) => response.destroy()],
    [
      'closes it amid a body of known length',
      (response) => {
        response
          .writeHead(200, { 'content-length': '1000' })
          .write('x'.repeat(400), () => response.destroy());
      },
    ],
    [
      'closes it amid a body of unknown length',
      (response) => {
        response.write('x'.repeat(400), () => response.destroy());
      },
    ],
    ['speaks no HTTP', (response) => response.socket?.end('garbage\r\n\r\n')],
  ])('gets the request again when it %s', async (_, misbehave) => {
    const serve = serveFiles(files);
    await using server = await LocalServer.start(serve);
    server.handler = except12((response, times) => {
      if (times <= 3) misbehave(response);
      else response.end(files.get(keyOf12.slice(1)));
    });
    expect(await sequences(lakeAt(server.url), 10, 20)).toStrictEqual(range);
  });

  it('is reported after the last attempt, with its last answer', async () => {
    await using server = await LocalServer.start(
      except12((response) => response.writeHead(503).end('overloaded')),
    );
    const error = await failure(
      sequences(lakeAt(server.url, { retry: { attempts: 4 } }), 10, 20),
      'lake_unreachable',
    );
    expect(error).toMatchObject({ ledger: 12, retryable: true });
    expect(error.found).toBe(`HTTP 503 (overloaded) for ${server.url}${keyOf12}, the last of 4 attempts`);
    expect(server.requests.filter((request) => request.endsWith(keyOf12))).toHaveLength(4);
  });

  it('that cuts every body short is unreachable; the message counts the bytes', async () => {
    await using server = await LocalServer.start(
      except12((response) => {
        response
          .writeHead(200, { 'content-length': '1000' })
          .write('x'.repeat(400), () => response.destroy());
      }),
    );
    const error = await failure(sequences(lakeAt(server.url), 10, 20), 'lake_unreachable');
    expect(error.found).toContain('a body that ended after 400 of 1000 bytes');
  });

  it.each<[string, (response: Parameters<Handler>[1]) => unknown]>([
    ['never answers', () => {}],
    ['never ends its answer', (response) => response.write('x')],
  ])('that %s runs into the timeout', async (_, stall) => {
    await using server = await LocalServer.start(except12(stall));
    const source = lakeAt(server.url, { timeoutMs: 300, retry: { attempts: 2 } });
    const error = await failure(sequences(source, 12, 12), 'lake_unreachable');
    expect(error.found).toContain('no complete answer within 300 ms');
  });

  it('that is not running is unreachable', async () => {
    const server = await LocalServer.start(() => {});
    const { url } = server;
    await server[Symbol.asyncDispose]();
    const error = await failure(sequences(lakeAt(url), 10, 20), 'lake_unreachable');
    expect(error.found).toContain('ECONNREFUSED');
  });

  it('that sends Retry-After in seconds gets no request for that long, within a cap', async () => {
    const retryAfters = ['7', '100000'];
    await using server = await LocalServer.start(
      except12((response, times) => {
        const retryAfter = retryAfters[times - 1];
        if (retryAfter) response.writeHead(429, { 'retry-after': retryAfter }).end();
        else response.end(files.get(keyOf12.slice(1)));
      }),
    );
    const clock = instantClock();
    await sequences(lakeAt(server.url, { clock }), 12, 12);
    expect(clock.waits).toStrictEqual([7000, 60_000]);
  });

  it('that sends Retry-After as a date gets no request until then', async () => {
    const now = Date.UTC(2026, 0, 1, 12, 0, 0);
    const retryAfters = ['Thu, 01 Jan 2026 12:00:09 GMT', 'Thu, 01 Jan 2026 11:00:00 GMT', 'soon'];
    await using server = await LocalServer.start(
      except12((response, times) => {
        const retryAfter = retryAfters[times - 1];
        if (retryAfter) response.writeHead(503, { 'retry-after': retryAfter }).end();
        else response.end(files.get(keyOf12.slice(1)));
      }),
    );
    const clock = instantClock({ now });
    await sequences(lakeAt(server.url, { clock }), 12, 12);
    expect(clock.waits).toStrictEqual([9000, 0, 0]);
  });

  it('that always answers 429 is reported as rate-limiting', async () => {
    await using server = await LocalServer.start(except12((response) => response.writeHead(429).end()));
    const error = await failure(sequences(lakeAt(server.url), 10, 20), 'rate_limited');
    expect(error).toMatchObject({ ledger: 12, retryable: true });
  });

  it.each([
    [403, 'which object stores also return for a key that does not exist'],
    [404, 'HTTP 404'],
    [410, 'HTTP 410'],
  ])('answering %i means that the ledger is missing', async (status, evidence) => {
    await using server = await LocalServer.start(except12((response) => response.writeHead(status).end()));
    const error = await failure(sequences(lakeAt(server.url), 10, 20), 'ledger_missing');
    expect(error).toMatchObject({ ledger: 12, found: expect.stringContaining(evidence) });
  });

  it.each([301, 401, 418])('answering %i does not get the request again', async (status) => {
    const clock = instantClock();
    await using server = await LocalServer.start(
      except12((response) => response.writeHead(status).end('why')),
    );
    const error = await failure(sequences(lakeAt(server.url, { clock }), 12, 12), 'lake_unreachable');
    expect(error.found).toContain(`HTTP ${status} (why)`);
    expect(error.retryable).toBe(false);
    expect(clock.waits).toStrictEqual([]);
  });

  it('cannot make the reader accept an endless body', async () => {
    await using server = await LocalServer.start(
      except12((response) => {
        const pump = () => {
          while (response.write(Buffer.alloc(65_536)));
          response.once('drain', pump);
        };
        pump();
      }),
    );
    const source = lakeAt(server.url, { maxBatchBytes: 1_000_000 });
    const error = await failure(sequences(source, 12, 12), 'ledger_corrupt');
    expect(error).toMatchObject({ ledger: 12, expected: 'at most 1000000 bytes' });
  });

  it('without a manifest, or with a sign-in page in its place, is not a lake', async () => {
    await using server = await LocalServer.start((_, response) => response.writeHead(404).end());
    await failure(sequences(lakeAt(server.url), 10, 20), 'manifest_invalid');
    server.handler = (_, response) => response.end('<html>Sign in</html>');
    const error = await failure(sequences(lakeAt(server.url), 10, 20), 'manifest_invalid');
    expect(error.found).toContain('<html>Sign in</html>');
  });
});

describe('an abort while a lake server stalls', () => {
  it.each<[string, Handler]>([
    ['before its answer', () => {}],
    ['amid its answer', (_, response) => response.write('x')],
  ])('%s ends the read with its reason and closes the connection', async (_, stall) => {
    await using server = await LocalServer.start(stall);
    const abort = new AbortController();
    const reason = new Error('asked to stop');
    const reading = sequences(lakeAt(server.url), 10, 20, abort.signal);
    await eventually(() => expect(server.requests.length).toBe(1));
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await eventually(async () => expect(await server.openConnections()).toBe(0));
  });

  it('is not needed when the consumer stops early: reads ahead stop too', async () => {
    const serve = serveFiles(files);
    const stalled = new Set<object>();
    await using server = await LocalServer.start((request, response) => {
      const ahead = [13, 14, 15].some((sequence) =>
        request.url?.endsWith(batchKey(sequence, manifest, 'zst')),
      );
      if (!ahead) return serve(request, response);
      stalled.add(response);
      return response.once('close', () => stalled.delete(response));
    });
    for await (const { sequence } of lakeAt(server.url).ledgers({ from: 10, to: 20 }, never)) {
      if (sequence < 12) continue;
      await eventually(() => expect(stalled.size).toBe(3));
      break;
    }
    await eventually(() => expect(stalled.size).toBe(0));
  });
});
