import { describe, expect, it } from 'vitest';
import { batchKey, type LakeManifest } from '../../src/sources/lake-layout.ts';
import { openSource } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { lakeFiles, manifest, type LakeFiles } from './lake-files.ts';
import { LocalServer, serveFiles, type Handler } from './local-server.ts';
import { failure, follow } from './reading.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const never = new AbortController().signal;

function publish(files: LakeFiles, from: number, to: number, layout: LakeManifest = manifest): void {
  for (const [key, bytes] of lakeFiles({ from, to, layout })) files.set(key, bytes);
}

describe('following the tip of a lake', () => {
  it('waits for each ledger that is not written yet, one poll at a time', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({
      onSleep: (waits) => waits % 5 === 0 && publish(files, 15 + waits / 5, 15 + waits / 5),
    });
    const source = openSource({ lake: server.url }, { clock, pollIntervalMs: 1234 });
    expect(await follow(source, 10, 10)).toStrictEqual(range(10, 19));
    expect(clock.waits).toStrictEqual(Array.from({ length: 20 }, () => 1234));
  });

  it('waits for whole batches', async () => {
    const layout = { ...manifest, ledgersPerBatch: 8 };
    const files = lakeFiles({ from: 8, to: 15, layout });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({ onSleep: (waits) => waits === 4 && publish(files, 16, 23, layout) });
    expect(await follow(openSource({ lake: server.url }, { clock }), 12, 10)).toStrictEqual(range(12, 21));
  });

  it('catches up after a pause in which many batches were written', async () => {
    const files = lakeFiles({ from: 10, to: 12 });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({ onSleep: (waits) => waits === 2 && publish(files, 13, 60) });
    expect(await follow(openSource({ lake: server.url }, { clock }), 10, 51)).toStrictEqual(range(10, 60));
  });

  it.each([1, 3, 20])('distinguishes a hole of %i ledgers from the tip', async (width) => {
    const files = lakeFiles({ from: 10, to: 15 });
    publish(files, 16 + width, 80);
    await using server = await LocalServer.start(serveFiles(files));
    const read: number[] = [];
    const reading = async () => {
      const source = openSource({ lake: server.url }, { clock: instantClock() });
      for await (const { sequence } of source.ledgers({ from: 10 }, never)) read.push(sequence);
    };
    const error = await failure(reading(), 'ledger_missing');
    expect(read).toStrictEqual(range(10, 15));
    expect(error.ledger).toBe(16);
    expect(error.found).toContain('but a later batch');
  });

  it('reports no hole for two ledgers that were written between two looks', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    const serve = serveFiles(files);
    const [next, later] = [16, 17].map((sequence) => `/${batchKey(sequence, manifest, 'zst')}`);
    await using server = await LocalServer.start(serve);
    server.handler = ((request, response) => {
      // The exporter writes 16 and 17 after the reader has looked for 16 and before it looks for 17.
      if (request.url === later && server.requests.includes(`GET ${next}`)) publish(files, 16, 17);
      serve(request, response);
    }) satisfies Handler;
    expect(await follow(openSource({ lake: server.url }, { clock: instantClock() }), 10, 8)).toStrictEqual(
      range(10, 17),
    );
  });

  it('waits as long as between two slow looks for a batch that is copied after a later one', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(serveFiles(files));
    let laterMs: number | undefined;
    const clock = instantClock({
      onSleep: (waits) => {
        if (laterMs !== undefined) laterMs += clock.waits.at(-1) ?? 0;
        // Ledgers come with each look up to 40, so looks become quick. Then 42 is there before 41.
        if (waits <= 25) publish(files, 15 + waits, 15 + waits);
        if (waits === 26) {
          publish(files, 42, 42);
          laterMs = 0;
        }
        if (laterMs !== undefined && laterMs > 900) publish(files, 41, 41);
      },
    });
    const source = openSource({ lake: server.url }, { clock, pollIntervalMs: 2000 });
    expect(await follow(source, 10, 33)).toStrictEqual(range(10, 42));
  });

  it('asks for two batches a poll, each with both endings, and for the manifest', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({ onSleep: (waits) => waits === 10 && publish(files, 16, 16) });
    await follow(openSource({ lake: server.url }, { clock }), 16, 1);
    // The manifest, the first look, nine polls that find nothing, and the one that succeeds.
    expect(server.requests).toHaveLength(1 + 2 + 9 * 5 + 1);
  });

  it('ends with the reason of an abort', async () => {
    await using server = await LocalServer.start(serveFiles(lakeFiles({ from: 10, to: 15 })));
    const abort = new AbortController();
    const reason = new Error('asked to stop');
    const source = openSource({ lake: server.url }, { pollIntervalMs: 600_000 });
    const reading = follow(source, 10, 7, abort.signal);
    await expect
      .poll(() => server.requests.some((request) => request.endsWith(batchKey(16, manifest, 'zstd'))))
      .toBe(true);
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});
