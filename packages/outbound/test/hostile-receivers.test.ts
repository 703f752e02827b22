import { eventually, HostileReceiver, type Behaviour } from '@stellar-insights/devstack/testing';
import { describe, expect, it } from 'vitest';
import { OutboundError } from '../src/index.ts';
import { clientFor, outcomeOf, receiverThat } from './support/client.ts';

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
    await expect(outcomeOf(clientFor(), { url: receiver.url('/hook') })).resolves.toMatchObject({ status });
    expect(paths).toEqual(['/hook']);
  });

  it.each<[Behaviour, string, number | undefined]>([
    ['reset', 'connection_failed', undefined],
    ['hang-up', 'connection_failed', 200],
    ['garbage', 'invalid_response', undefined],
    ['gigabyte', 'response_too_large', 200],
  ])('that answers with %s fails the request: %s', async (behaviour, code, status) => {
    const receiver = await receiverThat(behaviour);
    const error = await outcomeOf(clientFor(), { url: receiver.url('/?token=hunter2') });
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
    const error = await outcomeOf(clientFor(), { url: receiver.url(), deadlineMs: 200 });
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
      const outcome = await outcomeOf(client, { url: receiver.url(), deadlineMs });
      outcomes.push(outcome instanceof OutboundError ? outcome.code : 'answered');
    }
    expect(outcomes).toEqual(['timed_out', 'response_too_large', 'connection_failed', 'answered']);
  });

  it('does not outlive the signal of its caller', async () => {
    const receiver = await receiverThat('stall');
    const stop = new AbortController();
    const reason = new Error('the process stops');
    const failure = outcomeOf(clientFor(), { url: receiver.url(), signal: stop.signal });
    await eventually(() => receiver.connections === 1);
    stop.abort(reason);
    await expect(failure).resolves.toBe(reason);
  });

  it('that nobody listens at fails the connection', async () => {
    const receiver = await HostileReceiver.start();
    const url = receiver.url();
    await receiver[Symbol.asyncDispose]();
    await expect(outcomeOf(clientFor(), { url })).resolves.toMatchObject({ code: 'connection_failed' });
  });
});
