import type { ServerResponse } from 'node:http';
import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import type { LedgerErrorCode } from '../../src/errors.ts';
import { openSource, type SourceOptions } from '../../src/sources/open-source.ts';
import { instantClock } from './instant-clock.ts';
import { failure, sequences } from './reading.ts';
import { RpcServer } from './rpc-server.ts';
import { smallLedger } from './small-ledger.ts';

const never = new AbortController().signal;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function rpcAt(server: RpcServer, options: SourceOptions = {}) {
  return openSource({ rpc: server.url }, { clock: instantClock(), pageSize: 10, ...options });
}

type Page = ReturnType<RpcServer['page']>;

/** Changes the page that begins with ledger 110. */
function changingPage(server: RpcServer, change: (page: Page) => unknown): void {
  server.misbehave = ({ method, params }) =>
    method === 'getLedgers' && params?.pagination?.cursor === '109'
      ? { result: change(server.page(110, 10)) }
      : undefined;
}

async function readThrough(server: RpcServer, options: SourceOptions = {}) {
  const ledgers: number[] = [];
  const reading = async () => {
    for await (const { sequence } of rpcAt(server, options).ledgers({ from: 100, to: 130 }, never))
      ledgers.push(sequence);
  };
  return { ledgers, reading: reading() };
}

const withEntry = (page: Page, index: number, change: object): unknown => ({
  ...page,
  ledgers: page.ledgers.with(index, { ...page.ledgers[index], ...change } as Page['ledgers'][number]),
});

describe('a page that does not follow the protocol', () => {
  it.each<[string, number, string, (page: Page) => unknown]>([
    ['is null', 110, 'ledgers absent', () => null],
    ['has no ledgers', 110, 'ledgers absent', ({ cursor }) => ({ cursor })],
    ['has a text for ledgers', 110, 'ledgers "none"', (page) => ({ ...page, ledgers: 'none' })],
    ['has no cursor', 110, 'cursor absent', ({ ledgers }) => ({ ledgers })],
    [
      'has more ledgers than asked for',
      110,
      '11 ledgers',
      (page) => ({ ...page, ledgers: [...page.ledgers, page.ledgers[0]] }),
    ],
    ['begins too late', 110, 'ledger 111', (page) => ({ ...page, ledgers: page.ledgers.slice(1) })],
    ['has a gap', 113, 'ledger 114', (page) => ({ ...page, ledgers: page.ledgers.toSpliced(3, 1) })],
    [
      'repeats a ledger',
      113,
      'ledger 112',
      (page) => ({ ...page, ledgers: page.ledgers.with(3, page.ledgers[2] as Page['ledgers'][number]) }),
    ],
    ['is in reverse', 110, 'ledger 119', (page) => ({ ...page, ledgers: page.ledgers.toReversed() })],
    [
      'has an entry that is null',
      112,
      'ledger absent',
      (page) => ({ ...page, ledgers: [...page.ledgers.slice(0, 2), null] }),
    ],
    ['has a sequence as text', 112, 'ledger "112"', (page) => withEntry(page, 2, { sequence: '112' })],
    ['has no hash', 112, 'hash ""', (page) => withEntry(page, 2, { hash: '' })],
    ['has no metadata', 112, 'metadataXdr null', (page) => withEntry(page, 2, { metadataXdr: null })],
  ])('because it %s gives none of its ledgers', async (_, ledger, found, change) => {
    await using server = await RpcServer.start();
    changingPage(server, change);
    const read = await readThrough(server);
    const error = await failure(read.reading, 'rpc_invalid_response');
    expect(error.ledger).toBe(ledger);
    expect(error.found).toContain(found);
    expect(read.ledgers).toStrictEqual(range(100, 109));
  });

  it.each<[string, LedgerErrorCode, string, object]>([
    ['empty metadata', 'rpc_invalid_response', 'hold 0 bytes', { metadataXdr: '' }],
    ['metadata that is no base64', 'rpc_invalid_response', 'metadataXdr of', { metadataXdr: 'not base64 !' }],
    [
      'metadata cut off',
      'ledger_corrupt',
      'incomplete XDR',
      { metadataXdr: smallLedger(112).subarray(0, 60).toString('base64') },
    ],
    [
      'metadata of another ledger',
      'ledger_mislabelled',
      'ledger 113',
      { metadataXdr: smallLedger(113).toString('base64') },
    ],
    ['metadata of another hash', 'ledger_mislabelled', 'with hash', { hash: 'ab'.repeat(32) }],
    ['metadata of a later version', 'ledger_unsupported', 'discriminator 9', { metadataXdr: 'AAAACQ==' }],
  ])('because of %s stops at that ledger with %s', async (_, code, found, change) => {
    await using server = await RpcServer.start();
    changingPage(server, (page) => withEntry(page, 2, change));
    const read = await readThrough(server);
    const error = await failure(read.reading, code);
    expect(error.ledger).toBe(112);
    expect(error.found).toContain(found);
    expect(read.ledgers).toStrictEqual(range(100, 111));
  });
});

describe('an answer that is no JSON-RPC', () => {
  it.each<[string, string, string]>([
    ['a page of HTML', '<html>Sign in</html>', '<html>Sign in</html>'],
    ['nothing', '', 'nothing'],
    ['half a JSON', '{"jsonrpc":"2.0","id":1,"res', '"res'],
    ['a list', '[]', '[]'],
    ['no version', '{"id":1,"result":{}}', '"result"'],
    ['the answer to another call', '{"jsonrpc":"2.0","id":77,"result":{}}', 'call 77'],
    ['neither result nor error', '{"jsonrpc":"2.0","id":1}', 'neither'],
    ['an error without a code', '{"jsonrpc":"2.0","id":1,"error":"no"}', 'error "no"'],
  ])('but %s is an invalid response', async (_, body, found) => {
    await using server = await RpcServer.start();
    server.misbehave = (__, response) => (response.end(body), 'answered');
    const error = await failure(sequences(rpcAt(server), 100, 110), 'rpc_invalid_response');
    expect(error.ledger).toBe(100);
    expect(error.found).toContain(found);
  });

  it('but an endless body is cut off at the limit', async () => {
    await using server = await RpcServer.start();
    server.misbehave = (_, response) => {
      const pump = () => {
        while (response.write(' '.repeat(65_536)));
        response.once('drain', pump);
      };
      pump();
      return 'answered';
    };
    const reading = sequences(rpcAt(server, { maxAnswerBytes: 500_000 }), 100, 110);
    const error = await failure(reading, 'rpc_invalid_response');
    expect(error.message).toContain('a body of more than 500000 bytes');
    expect(error.action).toContain('another RPC');
  });

  it.each(['getNetwork', 'getHealth'])(
    'but a refused or malformed %s is an invalid response too',
    async (method) => {
      await using server = await RpcServer.start();
      const read = () =>
        method === 'getNetwork' ? rpcAt(server).networkPassphrase(never) : sequences(rpcAt(server), 131, 131);
      for (const answer of [
        { error: { code: -32601, message: 'no such method' } },
        { result: { latestLedger: 'x' } },
      ]) {
        server.misbehave = (call) => (call.method === method ? answer : undefined);
        const error = await failure(read(), 'rpc_invalid_response');
        expect(error.found).toContain(method);
      }
    },
  );

  it('that always refuses a ledger that it says it has is an invalid response, with the text of the refusal', async () => {
    await using server = await RpcServer.start({ maxLimit: 0 });
    const error = await failure(sequences(rpcAt(server), 100, 110), 'rpc_invalid_response');
    expect(error.found).toContain('error -32600 (limit must not exceed 0)');
    expect(error.action).toContain('another RPC');
  });
});

describe('an RPC in trouble', () => {
  const respond =
    (status: number, headers = {}) =>
    (response: ServerResponse) => {
      response.writeHead(status, headers).end('<html>Bad gateway</html>');
    };

  it.each<[string, LedgerErrorCode, string, (response: ServerResponse) => unknown]>([
    [
      'answers 502 with a page of HTML',
      'rpc_unreachable',
      'HTTP 502 (<html>Bad gateway</html>)',
      respond(502),
    ],
    ['answers 503', 'rpc_unreachable', 'HTTP 503', respond(503)],
    ['answers 429', 'rate_limited', 'HTTP 429', respond(429)],
    ['closes the connection', 'rpc_unreachable', 'other side closed', (response) => response.destroy()],
    ['never answers', 'rpc_unreachable', 'no complete answer within 200 ms', () => {}],
  ])(
    'that %s gets the call again and is reported after the last attempt',
    async (_, code, found, misbehave) => {
      await using server = await RpcServer.start();
      let times = 0;
      server.misbehave = (__, response) => (++times <= 2 ? (misbehave(response), 'answered') : undefined);
      expect(await sequences(rpcAt(server, { timeoutMs: 200 }), 100, 110)).toStrictEqual(range(100, 110));

      server.misbehave = (__, response) => (misbehave(response), 'answered');
      server.calls.length = 0;
      const source = rpcAt(server, { timeoutMs: 200, retry: { attempts: 3 }, pageSize: 1 });
      const error = await failure(sequences(source, 100, 110), code);
      expect(error).toMatchObject({ ledger: 100, retryable: true });
      expect(error.found).toContain(found);
      expect(server.calls).toHaveLength(3);
    },
  );

  it('that sends Retry-After gets no call for that long', async () => {
    await using server = await RpcServer.start();
    let times = 0;
    server.misbehave = (_, response) =>
      ++times === 1 ? (respond(429, { 'retry-after': '3' })(response), 'answered') : undefined;
    const clock = instantClock();
    await sequences(rpcAt(server, { clock }), 100, 105);
    expect(clock.waits).toStrictEqual([3000]);
  });

  it('that is behind the network gets the call again, then is reported with its own message', async () => {
    await using server = await RpcServer.start();
    const stale = {
      error: { code: -32603, message: 'latency (40s) since last known ledger closed is too high' },
    };
    let times = 0;
    server.misbehave = ({ method }) => (method === 'getHealth' && ++times <= 3 ? stale : undefined);
    await failure(sequences(rpcAt(server), 131, 131), 'ledger_missing');
    expect(times).toBe(4);

    server.misbehave = ({ method }) => (method === 'getHealth' ? stale : undefined);
    const error = await failure(sequences(rpcAt(server), 131, 131), 'rpc_unreachable');
    expect(error).toMatchObject({ ledger: 131, retryable: true });
    expect(error.found).toContain('latency (40s)');
  });

  it.each([400, 401, 403, 404])('that answers %i does not get the call again', async (status) => {
    await using server = await RpcServer.start();
    server.misbehave = (_, response) => (respond(status)(response), 'answered');
    const error = await failure(sequences(rpcAt(server), 100, 110), 'rpc_unreachable');
    expect(error).toMatchObject({ retryable: false, found: expect.stringContaining(`HTTP ${status}`) });
    expect(server.calls).toHaveLength(1);
  });

  it('has no access key in its messages', async () => {
    await using server = await RpcServer.start();
    server.misbehave = (_, response) => (respond(401)(response), 'answered');
    const source = openSource({ rpc: `${server.url}/secret-path?key=secret-key` });
    const error = await failure(sequences(source, 100, 110), 'rpc_unreachable');
    expect(error.message).toContain(server.url);
    expect(error.message).not.toContain('secret');
  });

  it('cannot delay an abort, which closes the connection', async () => {
    await using server = await RpcServer.start();
    server.misbehave = () => 'answered';
    const abort = new AbortController();
    const reason = new Error('asked to stop');
    const reading = sequences(rpcAt(server), 100, 110, abort.signal);
    await eventually(() => expect(server.calls.length).toBe(1));
    abort.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await eventually(async () => expect(await server.openConnections()).toBe(0));
  });
});
