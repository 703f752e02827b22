import { TestDns } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { dnsLookup, parseNetworks } from '../src/index.ts';
import { clientFor, outcomeOf, receiverThat } from './support/client.ts';

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
    const first = await Promise.all([1, 2, 3].map(() => outcomeOf(client, { url })));
    expect(first.map((response) => (response as { address: string }).address)).toEqual(
      Array(3).fill('127.0.0.1'),
    );

    now += 60_000;
    await expect(outcomeOf(client, { url })).resolves.toMatchObject({
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
    await expect(outcomeOf(client, { url })).resolves.toMatchObject({ address: '127.0.0.1' });
    now += 4000;
    await expect(outcomeOf(client, { url })).resolves.toMatchObject({ address: '127.0.0.1' });
    now += 2000;
    await expect(outcomeOf(client, { url })).resolves.toMatchObject({
      code: 'connection_failed',
      address: '127.0.0.2',
    });
  });

  it('without an address, or whose name server fails or stalls, fails its own requests only', async () => {
    await using dns = await TestDns.start(({ name }) => (name === 'stalls.example' ? undefined : []));
    const receiver = await receiverThat('accept');
    const client = clientFor({ lookup: dnsLookup({ servers: [dns.address] }) });
    const stalled = Array.from({ length: 20 }, () =>
      outcomeOf(client, { url: 'https://stalls.example/', deadlineMs: 300 }),
    );
    await expect(outcomeOf(client, { url: receiver.url() })).resolves.toMatchObject({ status: 204 });
    await expect(outcomeOf(client, { url: 'https://nobody.example/' })).resolves.toMatchObject({
      code: 'lookup_failed',
    });
    for (const failure of stalled) await expect(failure).resolves.toMatchObject({ code: 'timed_out' });
  });

  it('localhost is the loopback address, refused unless the operator allows it', async () => {
    const receiver = await receiverThat('accept');
    const url = receiver.url('/', 'localhost');
    await expect(outcomeOf(clientFor(), { url })).resolves.toMatchObject({
      status: 204,
      address: '127.0.0.1',
    });
    await expect(outcomeOf(clientFor({ allowedNetworks: [] }), { url })).resolves.toMatchObject({
      code: 'address_not_allowed',
    });
  });
});
