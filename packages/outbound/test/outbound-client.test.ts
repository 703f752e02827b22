import { eventually, HostileReceiver } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { parseNetworks } from '../src/index.ts';
import { clientFor, outcomeOf, receiverThat } from './support/client.ts';

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
    const failure = outcomeOf(client, {
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
