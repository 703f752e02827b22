import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simnet } from '@stellar-insights/simnet';
import { PASSPHRASE, quietSimnet } from './quiet-simnet.ts';
import { post, rpcCall } from './rpc-call.ts';
import { rpc } from '@stellar/stellar-sdk';

let simnet: Simnet;
beforeAll(async () => {
  simnet = await quietSimnet();
});
afterAll(async () => {
  await simnet[Symbol.asyncDispose]();
});

const sequences = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
const sdk = () => new rpc.Server(simnet.urls.rpc, { allowHttp: true });

describe("the official SDK's RPC client", () => {
  it('reads health, network and latest ledger', async () => {
    expect(await sdk().getHealth()).toEqual({
      status: 'healthy',
      oldestLedger: 100,
      oldestLedgerCloseTime: 1_750_000_000,
      latestLedger: 129,
      latestLedgerCloseTime: 1_750_000_145,
      ledgerRetentionWindow: 2_000,
    });
    expect(await sdk().getNetwork()).toEqual({ passphrase: PASSPHRASE, protocolVersion: 28 });
    const { headerXdr, metadataXdr, ...latest } = await sdk().getLatestLedger();
    expect(latest).toEqual({
      id: simnet.history.latest.hash,
      sequence: 129,
      protocolVersion: 28,
      closeTime: '1750000145',
    });
    expect(headerXdr.ledgerSeq).toBe(129);
    expect(metadataXdr.type).toBe('v2');
  });

  it('pages through all ledgers by cursor', async () => {
    const first = await sdk().getLedgers({ startLedger: 100, pagination: { limit: 20 } });
    const second = await sdk().getLedgers({ pagination: { cursor: first.cursor, limit: 20 } });
    const ledgers = [...first.ledgers, ...second.ledgers];
    expect(ledgers.map(({ sequence }) => sequence)).toEqual(sequences(100, 129));
    for (const { hash, headerXdr, metadataXdr } of ledgers) {
      expect(headerXdr.hash.toXdr('hex')).toBe(hash);
      expect(metadataXdr.value.ledgerHeader.toXdr('hex')).toBe(headerXdr.toXdr('hex'));
    }
    expect(second).toMatchObject({ oldestLedger: 100, latestLedger: 129, cursor: '129' });
  });
});

describe('a page of getLedgers', () => {
  const getLedgers = (params: object) => rpcCall(simnet.urls.rpc, 'getLedgers', params);

  it('has 50 ledgers by default, and at most 200', async () => {
    await using large = await quietSimnet({ history: 201 });
    const ask = (limit?: number) => {
      const pagination = limit === undefined ? undefined : { limit };
      return rpcCall(large.urls.rpc, 'getLedgers', { startLedger: 100, pagination });
    };
    expect((await ask()).result?.['ledgers']).toHaveLength(50);
    expect((await ask(200)).result?.['ledgers']).toHaveLength(200);
    expect((await ask(201)).error).toEqual({ code: -32600, message: 'limit must not exceed 200' });
  });

  it.each([
    ['a start before the oldest', { startLedger: 99 }, -32600],
    ['a start after the latest', { startLedger: 130 }, -32600],
    ['no start', {}, -32600],
    ['start and cursor', { startLedger: 100, pagination: { cursor: '100' } }, -32600],
    ['the cursor of the latest', { pagination: { cursor: '129' } }, -32602],
    ['a cursor below the retention window', { pagination: { cursor: '98' } }, -32602],
    ['a cursor that is no number', { pagination: { cursor: 'x' } }, -32602],
    ['a start that is no number', { startLedger: '100' }, -32602],
    ['a negative limit', { startLedger: 100, pagination: { limit: -1 } }, -32602],
    ['parameters in a list', [100], -32602],
  ])('is refused to %s', async (_, params, code) => {
    const { result, error } = await getLedgers(params);
    expect({ result, code: error?.code }, error?.message).toEqual({ result: undefined, code });
  });

  it('begins right after a cursor at the edge of the retained history', async () => {
    const { result } = await getLedgers({ pagination: { cursor: '99', limit: 1 } });
    expect(result).toMatchObject({ ledgers: [{ sequence: 100 }], cursor: '100' });
  });
});

describe('the RPC', () => {
  it.each([undefined, null, {}])('takes %j as no parameters', async (params) => {
    const { result } = await rpcCall(simnet.urls.rpc, 'getHealth', params);
    expect(result).toMatchObject({ status: 'healthy' });
  });

  it('gives the id of the call back', async () => {
    expect(await rpcCall(simnet.urls.rpc, 'getHealth')).toMatchObject({ jsonrpc: '2.0', id: 'a' });
  });

  it.each([
    ['{', -32700],
    ['[]', -32600],
    ['{"id":1,"method":"getHealth"}', -32600],
    ['{"jsonrpc":"2.0","id":1,"method":"toString"}', -32601],
  ])('refuses %s', async (body, code) => {
    expect(await post(simnet.urls.rpc, body)).toMatchObject({ error: { code } });
  });

  it('takes nothing but JSON in a POST', async () => {
    expect((await fetch(simnet.urls.rpc)).status).toBe(405);
    expect((await fetch(simnet.urls.rpc, { method: 'POST', body: '{}' })).status).toBe(415);
  });

  it('drops ledgers that are older than its retention', async () => {
    await using small = await quietSimnet({ history: 12, retention: 5 });
    const { result } = await rpcCall(small.urls.rpc, 'getHealth');
    expect(result).toMatchObject({ oldestLedger: 107, latestLedger: 111, ledgerRetentionWindow: 5 });
    small.closeLedger();
    const { error } = await rpcCall(small.urls.rpc, 'getLedgers', { startLedger: 107 });
    expect(error?.message).toContain('between the oldest ledger: 108 and the latest ledger: 112');
  });
});
