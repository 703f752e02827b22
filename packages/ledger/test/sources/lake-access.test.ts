import { describe, expect, it } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { lakeFiles, manifest } from './lake-files.ts';
import { LocalServer, serveFiles, type Handler } from './local-server.ts';
import { failure, follow, sequences } from './reading.ts';

const never = new AbortController().signal;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const forbid: Handler = (_, response) => response.writeHead(403).end('AccessDenied');

/** Like an object store without permission to list: 403 for every key that does not exist. */
function withoutListing(files: ReturnType<typeof lakeFiles>): Handler {
  const serve = serveFiles(files);
  return (request, response) =>
    files.has((request.url ?? '').slice(1)) ? serve(request, response) : forbid(request, response);
}

describe('a lake that answers 403 for a ledger', () => {
  it('does not have it yet if its manifest can be read: the reader waits for it', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(withoutListing(files));
    const clock = instantClock({
      onSleep: (waits) => {
        if (waits === 3) for (const [key, bytes] of lakeFiles({ from: 16, to: 16 })) files.set(key, bytes);
      },
    });
    expect(await follow(openSource({ lake: server.url }, { clock }), 10, 7)).toStrictEqual(range(10, 16));
    expect(clock.waits).toHaveLength(3);
    expect(await openSource({ lake: server.url }).latest(never)).toStrictEqual({ sequence: 16 });
    const error = await failure(sequences(openSource({ lake: server.url }), 16, 18), 'ledger_missing');
    expect(error.ledger).toBe(17);
  });

  it('forbids it if its manifest cannot be read either: following the tip, in a range, and asked for the latest', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({ onSleep: () => (server.handler = forbid) });
    const error = await failure(follow(openSource({ lake: server.url }, { clock }), 10, 7), 'lake_forbidden');
    expect(error).toMatchObject({ retryable: true, expected: "the lake's manifest" });
    expect(error.found).toContain(`HTTP 403`);
    expect(error.found).toContain(`${server.url}/.config.json`);
    expect(clock.waits).toHaveLength(1);

    server.handler = serveFiles(files);
    const source = openSource({ lake: server.url });
    await source.latest(never);
    server.handler = forbid;
    await failure(sequences(source, 10, 15), 'lake_forbidden');
    await failure(source.latest(never, 15), 'lake_forbidden');
    await failure(openSource({ lake: server.url }).networkPassphrase(never), 'lake_forbidden');
  });

  it('is read on once access is allowed again', async () => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(forbid);
    const source = openSource({ lake: server.url });
    await failure(sequences(source, 10, 15), 'lake_forbidden');
    server.handler = serveFiles(files);
    expect(await sequences(source, 10, 15)).toStrictEqual(range(10, 15));
  });
});

describe('a lake whose manifest changes', () => {
  it.each([
    ['its network', { ...manifest, networkPassphrase: 'Another network' }],
    ['the size of its files', { ...manifest, ledgersPerBatch: 64 }],
  ])('in %s is not waited for: its next ledger would never come', async (_, changed) => {
    const files = lakeFiles({ from: 10, to: 15 });
    await using server = await LocalServer.start(serveFiles(files));
    const clock = instantClock({
      onSleep: () => files.set('.config.json', Buffer.from(JSON.stringify(changed))),
    });
    const error = await failure(
      follow(openSource({ lake: server.url }, { clock }), 10, 7),
      'manifest_invalid',
    );
    expect(error.found).toContain(JSON.stringify(changed));
  });
});
