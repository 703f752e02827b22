import { describe, expect, it } from 'vitest';
import { openSource, type SourceOptions } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { failure, sequences } from './reading.ts';
import { RpcServer, type Misbehaviour } from './rpc-server.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const unservable = (limit: number, { method, params }: Parameters<Misbehaviour>[0]): boolean =>
  method === 'getLedgers' && (params?.pagination?.limit ?? 0) > limit;

function rpcAt(server: RpcServer, options: SourceOptions = {}) {
  return openSource({ rpc: server.url }, { clock: instantClock(), ...options });
}

/** The limits of all pages that were asked for. */
const limits = (server: RpcServer) =>
  server.paramsOf('getLedgers').map((params) => params?.pagination?.limit);

describe('an RPC that does not serve a page of 20', () => {
  it.each<[string, number, Misbehaviour]>([
    [
      'refuses it as too slow (-32001)',
      10,
      (call) =>
        unservable(10, call)
          ? { error: { code: -32001, message: 'request exceeded processing limit threshold' } }
          : undefined,
    ],
    [
      'names its limit',
      10,
      (call) =>
        unservable(10, call) ? { error: { code: -32600, message: 'limit must not exceed 10' } } : undefined,
    ],
    [
      'names its limit with HTTP 400',
      10,
      (call, response) => {
        if (!unservable(10, call)) return undefined;
        const error = { code: -32602, message: 'limit must not exceed 10' };
        response.writeHead(400).end(JSON.stringify({ jsonrpc: '2.0', id: call.id, error }));
        return 'answered';
      },
    ],
    [
      'breaks down over it (-32603)',
      5,
      (call) =>
        unservable(5, call) ? { error: { code: -32603, message: 'context deadline exceeded' } } : undefined,
    ],
    ['does not answer in time', 2, (call) => (unservable(2, call) ? 'answered' : undefined)],
    [
      'sends a body that is too large',
      5,
      (call, response) => {
        if (!unservable(5, call)) return undefined;
        response.end(' '.repeat(300_000));
        return 'answered';
      },
    ],
    ...[408, 413, 500, 504].map((status): [string, number, Misbehaviour] => [
      `answers it with HTTP ${status}`,
      1,
      (call, response) => {
        if (!unservable(1, call)) return undefined;
        response.writeHead(status).end('<html>');
        return 'answered';
      },
    ]),
    [
      'cuts off its body',
      10,
      (call, response) => {
        if (!unservable(10, call)) return undefined;
        response.write('{"jsonrpc"', () => response.destroy());
        return 'answered';
      },
    ],
  ])('because it %s gets smaller ones, and all its ledgers are read', async (_, served, misbehave) => {
    await using server = await RpcServer.start({ misbehave });
    const source = rpcAt(server, { timeoutMs: 300, maxAnswerBytes: 200_000 });
    expect(await sequences(source, 100, 130)).toStrictEqual(range(100, 130));
    const halved = [20, 10, 5, 2, 1];
    const tried = halved.slice(0, halved.findIndex((limit) => limit <= served) + 1);
    expect(limits(server).slice(0, tried.length + 1)).toStrictEqual([...tried, tried.at(-1)]);
  });

  it('gets a larger page again after sixteen full ones', async () => {
    let slow = true;
    await using server = await RpcServer.start({ oldest: 100, latest: 300 });
    server.misbehave = (call) =>
      slow && unservable(4, call) ? { error: { code: -32001, message: 'too slow' } } : undefined;
    const source = rpcAt(server, { pageSize: 8 });
    await sequences(source, 100, 110);
    slow = false;
    await sequences(source, 111, 300);
    expect(limits(server).slice(0, 2)).toStrictEqual([8, 4]);
    expect(Math.max(...limits(server).slice(1).map(Number))).toBeGreaterThan(4);
    expect(
      limits(server)
        .slice(-3)
        .every((limit) => Number(limit) <= 8),
    ).toBe(true);
  });

  it('is given up if it does not serve one ledger either', async () => {
    await using server = await RpcServer.start({
      misbehave: (call) => (unservable(0, call) ? 'answered' : undefined),
    });
    const error = await failure(sequences(rpcAt(server, { timeoutMs: 50 }), 100, 130), 'rpc_unreachable');
    expect(error).toMatchObject({ ledger: 100, retryable: true });
    expect(limits(server)).toStrictEqual([20, 10, 5, 2, 1, 1]);
  });

  it('gets pages of 200 halved down to one', async () => {
    await using server = await RpcServer.start({ maxLimit: 1 });
    expect(await sequences(rpcAt(server, { pageSize: 200 }), 100, 130)).toStrictEqual(range(100, 130));
  });
});

describe('the headers of an RPC', () => {
  const headers = { 'x-api-key': 'secret-key', authorization: 'Bearer secret-token' };

  it('come with every call', async () => {
    await using server = await RpcServer.start();
    await sequences(rpcAt(server, { headers }), 100, 130);
    expect(server.headers.length).toBeGreaterThan(1);
    for (const sent of server.headers)
      expect(sent).toMatchObject({ ...headers, 'content-type': 'application/json' });
  });

  it('are in no message, and are not taken to another host by a redirect', async () => {
    await using elsewhere = await RpcServer.start();
    await using server = await RpcServer.start();
    server.misbehave = (_, response) => (
      response.writeHead(307, { location: elsewhere.url }).end(),
      'answered'
    );
    const error = await failure(sequences(rpcAt(server, { headers }), 100, 130), 'rpc_unreachable');
    expect(error.found).toContain('HTTP 307');
    expect(`${error.message} ${error.stack}`).not.toContain('secret');
    expect(elsewhere.calls).toHaveLength(0);
  });
});
