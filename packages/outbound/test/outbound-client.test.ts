import {
  HostileReceiver,
  TEST_AUTHORITY,
  TestDns,
  eventually,
  type Behaviour,
} from '@stellar-insights/devstack/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  dnsLookup,
  OutboundClient,
  OutboundError,
  parseNetworks,
  type OutboundClientOptions,
  type OutboundRequest,
} from '../src/index.ts';

/** 127.0.0.1 is permitted; 127.0.0.2 and everything else that is private is not. */
const RECEIVER_ONLY = parseNetworks('127.0.0.1/32');

function clientFor(options: OutboundClientOptions = {}): OutboundClient {
  const client = new OutboundClient({ allowedNetworks: RECEIVER_ONLY, deadlineMs: 30_000, ...options });
  onTestFinished(async () => {
    client.force();
    await client.close();
  });
  return client;
}

async function receiverThat(behaviour: Behaviour): Promise<HostileReceiver> {
  const receiver = await HostileReceiver.start({ decide: () => behaviour });
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  return receiver;
}

async function failureOf(
  client: OutboundClient,
  request: Partial<OutboundRequest> & { url: string },
): Promise<unknown> {
  return client.request({ method: 'POST', body: '{}', ...request }).then(
    (response) => response,
    (error: unknown) => error,
  );
}

describe('a request', () => {
  it('reaches a permitted address, and reports where it went and what came', async () => {
    const receiver = await receiverThat('fail');
    const response = await clientFor().request({
      method: 'POST',
      url: receiver.url('/a?b=c'),
      body: '{"a":1}',
    });
    expect(response).toMatchObject({ status: 500, address: '127.0.0.1', truncated: false });
    expect(response.head.toString()).toBe('it failed');
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect(response.latencyMs).toBeGreaterThan(0);
  });

  it('sends the method, the path, the headers and the body as they are, with the name of the URL as Host', async () => {
    const seen: unknown[] = [];
    await using receiver = await HostileReceiver.start({
      decide: ({ method, path, headers, body }) => {
        seen.push([
          method,
          path,
          headers.host,
          headers['x-own'],
          headers['accept-encoding'],
          body.toString(),
        ]);
        return 'accept';
      },
    });
    const client = clientFor({ lookup: async () => ['127.0.0.1'] });
    await client.request({
      method: 'PUT',
      url: receiver.url('/a%20b?c=%2F#fragment', 'Hook.Example'),
      headers: { 'x-own': 'yes' },
      body: Buffer.from('body'),
    });
    expect(seen).toEqual([
      ['PUT', '/a%20b?c=%2F', `hook.example:${receiver.port}`, 'yes', 'identity', 'body'],
    ]);
  });

  it('uses a connection again, and no more of them at once than permitted', async () => {
    const receiver = await receiverThat('accept');
    const client = clientFor({ connections: 3 });
    await Promise.all(
      Array.from({ length: 40 }, () => client.request({ method: 'POST', url: receiver.url(), body: '{}' })),
    );
    await client.request({ method: 'POST', url: receiver.url(), body: '{}' });
    expect(receiver.connections).toBeLessThanOrEqual(3);
  });

  it('keeps connections to the 1000 origins that were used last only', async () => {
    const receiver = await receiverThat('accept');
    const client = clientFor({ lookup: async () => ['127.0.0.1'] });
    for (let first = 0; first < 1100; first += 100) {
      const hosts = Array.from({ length: 100 }, (_, place) => `h${first + place}.example`);
      await Promise.all(hosts.map((host) => client.request({ method: 'GET', url: receiver.url('/', host) })));
    }
    expect(receiver.connections).toBe(1100);
    await eventually(() => receiver.openConnections <= 1000, { what: 'at most 1000 open connections' });
  });

  it('tries the next address of a name while nothing was sent', async () => {
    const receiver = await receiverThat('accept');
    const client = clientFor({
      allowedNetworks: parseNetworks('127.0.0.0/8'),
      lookup: async () => ['127.0.0.2', '127.0.0.1'],
    });
    const { address } = await client.request({
      method: 'POST',
      url: receiver.url('/', 'two.example'),
      body: '{}',
    });
    expect(address).toBe('127.0.0.1');
  });

  it('ends before close does, also if it is still looking up an address, and is refused afterwards', async () => {
    const receiver = await receiverThat('accept');
    const found = Promise.withResolvers<string[]>();
    const client = clientFor({ lookup: () => found.promise });
    const request = client.request({ method: 'GET', url: receiver.url('/', 'slow.example') });
    const closed = client.close();
    found.resolve(['127.0.0.1']);
    await closed;
    await expect(request).resolves.toMatchObject({ status: 204 });
    await expect(client.request({ method: 'GET', url: receiver.url() })).rejects.toThrow('after close()');
    await eventually(() => receiver.openConnections === 0, { what: 'no connection' });
  });

  it.each(['connected', 'looking up'])('ends when the client is forced: %s', async (state) => {
    const receiver = await receiverThat('stall');
    const found = Promise.withResolvers<string[]>();
    const client = clientFor({ lookup: () => found.promise });
    const failure = failureOf(client, {
      url: receiver.url('/', state === 'connected' ? '127.0.0.1' : 'slow.example'),
    });
    if (state === 'connected') await eventually(() => receiver.connections === 1);
    client.force();
    found.resolve(['127.0.0.1']);
    await expect(failure).resolves.toMatchObject({
      code: 'connection_failed',
      message: expect.stringContaining('forced'),
    });
    await client.close();
  });
});

describe('a hostile receiver', () => {
  it.each<[Behaviour, number]>([
    ['redirect', 307],
    ['gone', 410],
    ['throttle', 429],
  ])('that answers with %s is reported, and not followed', async (behaviour, status) => {
    const paths: string[] = [];
    await using receiver = await HostileReceiver.start({
      decide: ({ path }) => {
        paths.push(path);
        return behaviour;
      },
    });
    await expect(failureOf(clientFor(), { url: receiver.url('/hook') })).resolves.toMatchObject({ status });
    expect(paths).toEqual(['/hook']);
  });

  it.each<[Behaviour, string, number | undefined]>([
    ['reset', 'connection_failed', undefined],
    ['hang-up', 'connection_failed', 200],
    ['garbage', 'invalid_response', undefined],
    ['gigabyte', 'response_too_large', 200],
  ])('that answers with %s fails the request: %s', async (behaviour, code, status) => {
    const receiver = await receiverThat(behaviour);
    const error = await failureOf(clientFor(), { url: receiver.url('/?token=hunter2') });
    expect(error).toBeInstanceOf(OutboundError);
    expect(error).toMatchObject({ code, status, address: '127.0.0.1', retryable: true });
    expect(String(error)).not.toContain('hunter2');
  });

  it.each<[Behaviour, number | undefined]>([
    ['stall', undefined],
    ['drip-head', undefined],
    ['drip', 200],
  ])('that answers with %s holds a request until its deadline at most', async (behaviour, status) => {
    const receiver = await receiverThat(behaviour);
    const error = await failureOf(clientFor(), { url: receiver.url(), deadlineMs: 200 });
    expect(error).toMatchObject({ code: 'timed_out', status, address: '127.0.0.1' });
  });

  it('costs what the caller accepts of a gigabyte, and a compressed body stays compressed', async () => {
    const limit = { maxResponseBytes: 100_000, oversized: 'truncate' } as const;
    const gigabyte = await receiverThat('gigabyte');
    const poured = await clientFor().request({ method: 'POST', url: gigabyte.url(), ...limit });
    expect(poured).toMatchObject({ status: 200, truncated: true });
    expect(poured.head).toHaveLength(100_000);

    const bomb = await receiverThat('bomb');
    const compressed = await clientFor().request({ method: 'POST', url: bomb.url(), ...limit });
    expect(compressed).toMatchObject({ status: 200, truncated: false });
    expect(compressed.head.length).toBeLessThan(10_000);
  });

  it('holds no other request: one connection to it is lost, and the next request opens another', async () => {
    const behaviours: Behaviour[] = ['stall', 'gigabyte', 'reset', 'accept'];
    await using receiver = await HostileReceiver.start({ decide: () => behaviours.shift() ?? 'accept' });
    const client = clientFor({ connections: 1 });
    const outcomes = [];
    for (const deadlineMs of [100, 30_000, 30_000, 30_000]) {
      const outcome = await failureOf(client, { url: receiver.url(), deadlineMs });
      outcomes.push(outcome instanceof OutboundError ? outcome.code : 'answered');
    }
    expect(outcomes).toEqual(['timed_out', 'response_too_large', 'connection_failed', 'answered']);
  });

  it('does not outlive the signal of its caller', async () => {
    const receiver = await receiverThat('stall');
    const stop = new AbortController();
    const reason = new Error('the process stops');
    const failure = failureOf(clientFor(), { url: receiver.url(), signal: stop.signal });
    await eventually(() => receiver.connections === 1);
    stop.abort(reason);
    await expect(failure).resolves.toBe(reason);
  });

  it('that nobody listens at fails the connection', async () => {
    const receiver = await HostileReceiver.start();
    const url = receiver.url();
    await receiver[Symbol.asyncDispose]();
    await expect(failureOf(clientFor(), { url })).resolves.toMatchObject({ code: 'connection_failed' });
  });
});

describe('TLS', () => {
  const toReceiver = { lookup: async () => ['127.0.0.1'], ca: TEST_AUTHORITY };

  it('verifies the name of the URL, although the connection goes to an address', async () => {
    await using receiver = await HostileReceiver.start({ certificate: 'valid' });
    const client = clientFor(toReceiver);
    for (const host of ['receiver.test', 'hooks.receiver.test', 'RECEIVER.test.', '127.0.0.1']) {
      await expect(failureOf(client, { url: receiver.url('/', host) })).resolves.toMatchObject({
        status: 204,
      });
    }
    await expect(failureOf(client, { url: receiver.url('/', 'other.example') })).resolves.toMatchObject({
      code: 'tls_failed',
      message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  it('refuses an expired certificate, one of an unknown authority, and plain HTTP', async () => {
    await using expired = await HostileReceiver.start({ certificate: 'expired' });
    await using valid = await HostileReceiver.start({ certificate: 'valid' });
    const plain = await receiverThat('accept');
    const urls: [OutboundClient, string, string][] = [
      [clientFor(toReceiver), expired.url('/', 'receiver.test'), 'CERT_HAS_EXPIRED'],
      [
        clientFor({ lookup: toReceiver.lookup }),
        valid.url('/', 'receiver.test'),
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ],
      [clientFor(toReceiver), plain.url().replace('http:', 'https:'), ''],
    ];
    for (const [client, url, cause] of urls) {
      await expect(failureOf(client, { url })).resolves.toMatchObject({
        code: 'tls_failed',
        message: expect.stringContaining(cause),
      });
    }
  });
});

describe('a name', () => {
  it('that resolves to a private address the second time is connected to where it was checked, and then refused', async () => {
    // The first question of each type gets the receiver; each later one gets an address that is not permitted.
    await using dns = await TestDns.start(({ type, asked }) => {
      if (type === 'AAAA') return asked === 0 ? [] : ['::ffff:10.0.0.1'];
      return [asked === 0 ? '127.0.0.1' : '169.254.169.254'];
    });
    const receiver = await receiverThat('accept');
    let now = 0;
    const client = clientFor({
      lookup: dnsLookup({ servers: [dns.address] }),
      clock: {
        now: () => now,
        after: (ms, callback) => {
          const timer = setTimeout(callback, ms);
          return () => clearTimeout(timer);
        },
      },
    });
    const url = receiver.url('/', 'rebinding.example');
    const first = await Promise.all([1, 2, 3].map(() => failureOf(client, { url })));
    expect(first.map((response) => (response as { address: string }).address)).toEqual(
      Array(3).fill('127.0.0.1'),
    );

    now += 60_000;
    await expect(failureOf(client, { url })).resolves.toMatchObject({
      code: 'address_not_allowed',
      address: '169.254.169.254',
    });
  });

  it('that moves is followed, although its old address still answers on an open connection', async () => {
    await using dns = await TestDns.start(({ type, asked }) =>
      type === 'AAAA' ? [] : [asked === 0 ? '127.0.0.1' : '127.0.0.2'],
    );
    const receiver = await receiverThat('accept');
    let now = 0;
    const client = clientFor({
      allowedNetworks: parseNetworks('127.0.0.0/8'),
      lookup: dnsLookup({ servers: [dns.address] }),
      clock: { now: () => now, after: () => () => {} },
    });
    const url = receiver.url('/', 'moving.example');
    await expect(failureOf(client, { url })).resolves.toMatchObject({ address: '127.0.0.1' });
    now += 4000;
    await expect(failureOf(client, { url })).resolves.toMatchObject({ address: '127.0.0.1' });
    now += 2000;
    await expect(failureOf(client, { url })).resolves.toMatchObject({
      code: 'connection_failed',
      address: '127.0.0.2',
    });
  });

  it('without an address, or whose name server fails or stalls, fails its own requests only', async () => {
    await using dns = await TestDns.start(({ name }) => (name === 'stalls.example' ? undefined : []));
    const receiver = await receiverThat('accept');
    const client = clientFor({ lookup: dnsLookup({ servers: [dns.address] }) });
    const stalled = Array.from({ length: 20 }, () =>
      failureOf(client, { url: 'https://stalls.example/', deadlineMs: 300 }),
    );
    await expect(failureOf(client, { url: receiver.url() })).resolves.toMatchObject({ status: 204 });
    await expect(failureOf(client, { url: 'https://nobody.example/' })).resolves.toMatchObject({
      code: 'lookup_failed',
    });
    for (const failure of stalled) await expect(failure).resolves.toMatchObject({ code: 'timed_out' });
  });

  it('localhost is the loopback address, refused unless the operator allows it', async () => {
    const receiver = await receiverThat('accept');
    const url = receiver.url('/', 'localhost');
    await expect(failureOf(clientFor(), { url })).resolves.toMatchObject({
      status: 204,
      address: '127.0.0.1',
    });
    await expect(failureOf(clientFor({ allowedNetworks: [] }), { url })).resolves.toMatchObject({
      code: 'address_not_allowed',
    });
  });
});
