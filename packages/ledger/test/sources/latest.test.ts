import { describe, expect, it } from 'vitest';
import { openSource } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { lakeFiles, lakeFolder, manifest } from './lake-files.ts';
import { LocalServer, serveFiles } from './local-server.ts';
import { failure } from './reading.ts';
import { RpcServer } from './rpc-server.ts';

const never = new AbortController().signal;

describe('the latest ledger of an RPC', () => {
  it('is what the RPC says at that moment, even if it was higher before', async () => {
    await using server = await RpcServer.start({ oldest: 100, latest: 130 });
    const source = openSource({ rpc: server.url });
    expect(await source.latest(never)).toStrictEqual({ sequence: 130, oldest: 100 });
    Object.assign(server, { oldest: 3, latest: 7 });
    expect(await source.latest(never, 130)).toStrictEqual({ sequence: 7, oldest: 3 });
    expect(server.calls.map(({ method }) => method)).toStrictEqual(['getHealth', 'getHealth']);
  });

  it('has a close time, and how many ledgers are kept, if the RPC says so', async () => {
    await using server = await RpcServer.start();
    const health = { latestLedgerCloseTime: 1_700_000_000, ledgerRetentionWindow: 120_960 };
    server.misbehave = () => ({ result: { latestLedger: 130, oldestLedger: 100, ...health } });
    expect(await openSource({ rpc: server.url }).latest(never)).toStrictEqual({
      sequence: 130,
      closedAt: 1_700_000_000_000,
      oldest: 100,
      retention: 120_960,
    });
  });

  it('is also given by an RPC that is behind the network and so has no health', async () => {
    await using server = await RpcServer.start();
    server.misbehave = ({ method }) =>
      method === 'getHealth'
        ? { error: { code: -32603, message: 'latency (40s) since last known ledger closed is too high' } }
        : { result: { sequence: 120, closeTime: '1700000000' } };
    expect(await openSource({ rpc: server.url }).latest(never)).toStrictEqual({
      sequence: 120,
      closedAt: 1_700_000_000_000,
    });
  });

  it('is null if the RPC has none', async () => {
    await using server = await RpcServer.start({ oldest: 0, latest: 0 });
    expect(await openSource({ rpc: server.url }).latest(never)).toBeNull();
  });

  it('is no guess if the RPC does not answer or refuses', async () => {
    await using server = await RpcServer.start();
    const source = openSource({ rpc: server.url }, { clock: instantClock(), retry: { attempts: 2 } });
    server.misbehave = (_, response) => (response.writeHead(503).end(), 'answered');
    await failure(source.latest(never, 130), 'rpc_unreachable');
    server.misbehave = () => ({ error: { code: -32601, message: 'no such method' } });
    const error = await failure(source.latest(never, 130), 'rpc_invalid_response');
    expect(error.found).toContain('no such method');
  });
});

describe('the latest ledger of a lake', () => {
  it.each([1, 8])('is the last one of the newest file, of %i ledgers', async (ledgersPerBatch) => {
    const layout = { ...manifest, ledgersPerBatch };
    await using lake = await lakeFolder(lakeFiles({ from: 56, to: 127, layout }));
    const source = openSource({ lake: lake.path });
    for (const near of [undefined, 70, 127, 130, 5000]) {
      expect(await source.latest(never, near)).toStrictEqual({ sequence: 127 });
    }
  });

  it('is what the lake holds at that moment, even if it was higher before', async () => {
    const files = lakeFiles({ from: 60, to: 100 });
    await using server = await LocalServer.start(serveFiles(files));
    const source = openSource({ lake: server.url });
    expect(await source.latest(never)).toStrictEqual({ sequence: 100 });
    files.clear();
    for (const [key, bytes] of lakeFiles({ from: 2, to: 9 })) files.set(key, bytes);
    expect(await source.latest(never, 100)).toStrictEqual({ sequence: 9 });
  });

  it('is null in an empty lake, and no guess in one that fails', async () => {
    const files = lakeFiles({ from: 60, to: 60 });
    const serve = serveFiles(new Map([...files].slice(0, 1)));
    await using server = await LocalServer.start(serve);
    const source = openSource({ lake: server.url }, { clock: instantClock(), retry: { attempts: 2 } });
    expect(await source.latest(never)).toBeNull();
    server.handler = (_, response) => response.writeHead(503).end();
    await failure(source.latest(never, 60), 'lake_unreachable');
  });
});
