import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { openSource, type SourceOptions } from '../../src/sources/open-source.ts';
import { realLedgers, realLedgersAbsent } from '../../../../test/real-ledgers.ts';
import { instantClock } from './instant-clock.ts';
import { failure, follow, sequences } from './reading.ts';
import { RpcServer } from './rpc-server.ts';

const never = new AbortController().signal;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function rpcAt(server: RpcServer, options: SourceOptions = {}) {
  return openSource({ rpc: server.url }, { clock: instantClock(), ...options });
}

describe('ledgers from an RPC', () => {
  it.each([1, 7, 30, 200])('come in order in pages of %i', async (pageSize) => {
    await using server = await RpcServer.start();
    expect(await sequences(rpcAt(server, { pageSize }), 100, 129)).toStrictEqual(range(100, 129));
  });

  it('begin at a ledger, continue from the cursor, and end with the range', async () => {
    await using server = await RpcServer.start();
    await sequences(rpcAt(server, { pageSize: 8 }), 101, 120);
    expect(server.paramsOf('getLedgers')).toStrictEqual([
      { startLedger: 101, pagination: { limit: 8 } },
      { pagination: { cursor: '108', limit: 8 } },
      { pagination: { cursor: '116', limit: 4 } },
    ]);
  });

  it.skipIf(realLedgersAbsent)('are real ledgers byte for byte', async () => {
    const real = realLedgers().filter(({ sequence }) => sequence < 31_000_000);
    const ledger = (sequence: number) =>
      real.find((raw) => raw.sequence === sequence)?.bytes ?? Buffer.alloc(0);
    await using server = await RpcServer.start({ oldest: 30_822_015, latest: 30_822_019, ledger });
    const read: number[] = [];
    for await (const { sequence, bytes, origin } of rpcAt(server, { pageSize: 2 }).ledgers(
      { from: 30_822_015, to: 30_822_019 },
      never,
    )) {
      expect(Buffer.compare(bytes, ledger(sequence))).toBe(0);
      expect(origin).toBe(server.url);
      read.push(sequence);
    }
    expect(read).toStrictEqual(range(30_822_015, 30_822_019));
  });

  it('may come in pages shorter than the limit', async () => {
    await using server = await RpcServer.start();
    server.misbehave = ({ method, params }) => {
      if (method !== 'getLedgers') return undefined;
      const cursor = params?.pagination?.cursor;
      return { result: server.page(cursor === undefined ? 100 : Number(cursor) + 1, 3) };
    };
    expect(await sequences(rpcAt(server), 100, 108)).toStrictEqual(range(100, 108));
  });

  it('may come with an error of null', async () => {
    await using server = await RpcServer.start();
    server.misbehave = ({ method }) =>
      method === 'getLedgers' ? { error: null, result: server.page(100, 10) } : undefined;
    expect(await sequences(rpcAt(server), 100, 109)).toStrictEqual(range(100, 109));
  });

  it('are of the network that getNetwork names', async () => {
    await using server = await RpcServer.start();
    expect(await rpcAt(server).networkPassphrase(never)).toBe('Test network');
  });
});

describe('at the tip of an RPC', () => {
  it('waits for a ledger that is not closed yet', async () => {
    await using server = await RpcServer.start({ latest: 104 });
    const clock = instantClock({ onSleep: (waits) => waits % 4 === 0 && server.latest++ });
    const source = rpcAt(server, { clock, pollIntervalMs: 432 });
    expect(await follow(source, 100, 8)).toStrictEqual(range(100, 107));
    expect(clock.waits).toStrictEqual(Array.from({ length: 12 }, () => 432));
  });

  it('waits for the first ledger of the range too', async () => {
    await using server = await RpcServer.start({ latest: 104 });
    const clock = instantClock({ onSleep: () => server.latest++ });
    expect(await follow(rpcAt(server, { clock }), 107, 2)).toStrictEqual([107, 108]);
  });

  it('treats an empty page like a refusal', async () => {
    await using server = await RpcServer.start({ latest: 104 });
    server.misbehave = ({ method, params }) =>
      method === 'getLedgers' && params?.pagination?.cursor === String(server.latest)
        ? { result: { ledgers: [], cursor: params.pagination.cursor } }
        : undefined;
    const clock = instantClock({ onSleep: () => server.latest++ });
    expect(await follow(rpcAt(server, { clock }), 103, 4)).toStrictEqual(range(103, 106));
  });

  it('repeats a refused call for a ledger that it has: one of several servers may be behind', async () => {
    await using server = await RpcServer.start();
    let refusals = 3;
    server.misbehave = ({ method }) =>
      method === 'getLedgers' && refusals-- > 0 ? { error: { code: -32602, message: 'behind' } } : undefined;
    expect(await sequences(rpcAt(server), 100, 130)).toStrictEqual(range(100, 130));
  });

  it('does not wait for a range with an end', async () => {
    await using server = await RpcServer.start({ latest: 104 });
    const error = await failure(sequences(rpcAt(server), 100, 110), 'ledger_missing');
    expect(error).toMatchObject({
      ledger: 105,
      retryable: true,
      found: expect.stringContaining('ledger 104'),
    });
  });

  it('ends the wait with the reason of an abort', async () => {
    await using server = await RpcServer.start({ latest: 104 });
    const abort = new AbortController();
    const reason = new Error('asked to stop');
    const source = openSource({ rpc: server.url }, { pollIntervalMs: 600_000 });
    const reading = follow(source, 100, 6, abort.signal);
    await eventually(() => expect(server.paramsOf('getHealth').length).toBe(1));
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
  });
});

describe('an RPC that lost its history', () => {
  it.each([
    ['before the first page', 50],
    ['between two pages', 100],
  ])('%s stops the read; the message names a lake', async (_, from) => {
    await using server = await RpcServer.start();
    server.misbehave = ({ method, params }) => {
      if (method === 'getLedgers' && params?.pagination?.cursor === '109') server.oldest = 120;
      return undefined;
    };
    const error = await failure(sequences(rpcAt(server, { pageSize: 10 }), from, 130), 'history_lost');
    expect(error).toMatchObject({ ledger: from === 50 ? 50 : 110, retryable: false });
    expect(error.action).toMatch(
      /read ledgers (50 to 99|110 to 119) from a data lake: set LEDGER_LAKE_URL .* --lake/,
    );
  });

  it('gets the call first: with a data store it may have more ledgers than its health says', async () => {
    await using server = await RpcServer.start();
    server.misbehave = ({ method }) =>
      method === 'getHealth' ? { result: { latestLedger: 130, oldestLedger: 125 } } : undefined;
    expect(await sequences(rpcAt(server), 100, 130)).toStrictEqual(range(100, 130));
  });
});
