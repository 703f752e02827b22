import { describe, expect, it } from 'vitest';
import { openSource, type SourceOptions } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { lakeFiles, lakeFolder, manifest } from './lake-files.ts';
import { LocalServer, serveFiles } from './local-server.ts';
import { failure, follow, sequences } from './reading.ts';
import { RpcServer } from './rpc-server.ts';

const never = new AbortController().signal;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function open(server: RpcServer, lakeRange: { from: number; to: number }, options: SourceOptions = {}) {
  const lake = await lakeFolder(lakeFiles(lakeRange));
  const source = openSource(
    { rpc: server.url, lake: lake.path },
    { clock: instantClock(), pageSize: 5, ...options },
  );
  return { source, lake, [Symbol.asyncDispose]: () => lake[Symbol.asyncDispose]() };
}

/** Where each ledger of an open range came from. */
async function origins(source: ReturnType<typeof openSource>, from: number, to: number): Promise<string[]> {
  const read: string[] = [];
  for await (const { origin } of source.ledgers({ from, to }, never)) {
    read.push(origin.startsWith('http') ? 'rpc' : 'lake');
  }
  return read;
}

describe('an RPC with a lake', () => {
  it('reads from the lake what the RPC has lost, and from the RPC what it keeps', async () => {
    await using server = await RpcServer.start({ oldest: 110, latest: 130 });
    await using opened = await open(server, { from: 90, to: 140 });
    expect(await sequences(opened.source, 100, 130)).toStrictEqual(range(100, 130));
    const from = await origins(opened.source, 100, 130);
    expect(from).toStrictEqual(range(100, 130).map((ledger) => (ledger < 110 ? 'lake' : 'rpc')));
    expect(await sequences(opened.source, 95, 101)).toStrictEqual(range(95, 101));
    expect(await follow(opened.source, 108, 6)).toStrictEqual(range(108, 113));
  });

  it('does so too when the RPC drops ledgers between two pages, and while the lake is read', async () => {
    await using server = await RpcServer.start({ oldest: 100, latest: 130 });
    let lost = 0;
    server.misbehave = ({ method, params }) => {
      if (method === 'getLedgers' && params?.pagination?.cursor === '104') server.oldest = 112;
      if (method === 'getLedgers' && params?.startLedger === 112 && ++lost === 1) server.oldest = 115;
      return undefined;
    };
    await using opened = await open(server, { from: 100, to: 130 });
    const from = await origins(opened.source, 100, 130);
    expect(from).toStrictEqual(
      range(100, 130).map((ledger) => (ledger >= 105 && ledger < 115 ? 'lake' : 'rpc')),
    );
  });

  it('touches no lake while the RPC has everything', async () => {
    await using server = await RpcServer.start();
    const source = openSource({ rpc: server.url, lake: 'http://127.0.0.1:9' }, { clock: instantClock() });
    expect(await sequences(source, 100, 130)).toStrictEqual(range(100, 130));
    expect(await source.latest(never)).toStrictEqual({ sequence: 130, oldest: 100 });
    expect(await source.networkPassphrase(never)).toBe('Test network');
  });

  it('names what neither of them has, and goes on once the lake has it', async () => {
    await using server = await RpcServer.start({ oldest: 110, latest: 130 });
    await using opened = await open(server, { from: 100, to: 105 });
    const error = await failure(sequences(opened.source, 100, 130), 'history_lost');
    expect(error).toMatchObject({ ledger: 106, retryable: true });
    expect(error.found).toContain(`ledger 110 as the oldest that ${server.url} still keeps`);
    expect(error.found).toContain('in the lake no file');
    for (const [key, bytes] of lakeFiles({ from: 106, to: 109 })) await opened.lake.write(key, bytes);
    expect(await sequences(opened.source, 100, 130)).toStrictEqual(range(100, 130));
  });

  it('refuses a lake of another network', async () => {
    await using server = await RpcServer.start({ oldest: 110, latest: 130 });
    await using opened = await open(server, { from: 100, to: 130 });
    const other = JSON.stringify({ ...manifest, networkPassphrase: 'Another network' });
    await opened.lake.write('.config.json', Buffer.from(other));
    const error = await failure(sequences(opened.source, 100, 130), 'wrong_network');
    expect(error.found).toContain('a lake of the network "Another network"');
  });

  it('gives the settings of the RPC to the RPC alone', async () => {
    await using server = await RpcServer.start({ oldest: 110, latest: 130 });
    const serve = serveFiles(lakeFiles({ from: 100, to: 109 }));
    const keys: unknown[] = [];
    await using lake = await LocalServer.start((request, response) => {
      keys.push(request.headers['x-api-key']);
      serve(request, response);
    });
    const rpcSettings = { pageSize: 3, headers: { 'x-api-key': 'key' } };
    const source = openSource({ rpc: server.url, lake: lake.url, rpcSettings }, { clock: instantClock() });
    expect(await sequences(source, 110, 112)).toStrictEqual(range(110, 112));
    expect(server.headers[0]).toMatchObject({ 'x-api-key': 'key' });
    expect(server.paramsOf('getLedgers')).toStrictEqual([{ startLedger: 110, pagination: { limit: 3 } }]);
    expect(await sequences(source, 105, 110)).toStrictEqual(range(105, 110));
    expect(keys.length).toBeGreaterThan(5);
    expect(new Set(keys)).toStrictEqual(new Set([undefined]));
  });
});
