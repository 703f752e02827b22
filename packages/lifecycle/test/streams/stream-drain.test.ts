import { expect, test } from 'vitest';
import type { CloseContext } from '@stellar-insights/lifecycle';
import { fakeClock, type FakeClock } from '@stellar-insights/lifecycle/testing';
import { noticeFor } from '../../src/streams/notice.ts';
import { StreamDrain, type StreamClient } from '../../src/streams/stream-drain.ts';

/** Goes the moment it is asked to, and remembers when. */
class PoliteClient implements StreamClient {
  readonly #drain: StreamDrain;
  readonly #clock: FakeClock;
  closedAt: number | undefined;

  constructor(drain: StreamDrain, clock: FakeClock) {
    this.#drain = drain;
    this.#clock = clock;
  }

  notify(): void {}

  close(): void {
    this.closedAt = this.#clock.now();
    this.#drain.leave(this);
  }

  terminate(): void {}
}

function budget(clock: FakeClock, ms: number): CloseContext {
  const deadline = clock.now() + ms;
  const remaining = (): number => Math.max(0, deadline - clock.now());
  return { signal: new AbortController().signal, deadline, remaining };
}

test('clients are closed one after another, not all at once, and not before 500 ms after the notice', async () => {
  const clock = fakeClock();
  const drain = new StreamDrain('clients', { clientsPerSecond: 100, clock });
  const clients = Array.from({ length: 10 }, () => new PoliteClient(drain, clock));
  for (const client of clients) drain.join(client);
  drain.announce();
  await clock.until(drain.close(budget(clock, 5000)));

  expect(clients.map(({ closedAt }) => closedAt)).toEqual(clients.map((_, index) => 500 + index * 10));
  expect(drain.counts()).toEqual({ clients: 10, closed: 10, terminated: 0, left: 0 });
});

test('a pace too slow for the time left is quickened', async () => {
  const clock = fakeClock();
  const drain = new StreamDrain('clients', { clientsPerSecond: 1, closeTimeoutMs: 100, clock });
  for (let count = 0; count < 100; count += 1) drain.join(new PoliteClient(drain, clock));
  drain.announce();
  const context = budget(clock, 1500);
  await clock.until(drain.close(context));

  expect(context.remaining()).toBeGreaterThan(0);
  expect(drain.counts()).toMatchObject({ closed: 100, terminated: 0 });
});

test('a client that does not go is terminated after the close timeout', async () => {
  const clock = fakeClock();
  const drain = new StreamDrain('clients', { closeTimeoutMs: 300, clock });
  let terminatedAt = 0;
  drain.join({
    notify: () => undefined,
    close: () => undefined,
    terminate: () => (terminatedAt = clock.now()),
  });
  await clock.until(Promise.resolve(drain.close(budget(clock, 5000))));

  expect(terminatedAt).toBe(800);
  expect(drain.counts()).toEqual({ clients: 1, closed: 0, terminated: 1, left: 0 });
});

test('a client that joins after the announce is notified too', () => {
  const drain = new StreamDrain('clients', {});
  drain.announce();
  let notices = 0;
  drain.join({ notify: () => (notices += 1), close: () => undefined, terminate: () => undefined });

  expect(notices).toBe(1);
  expect(drain.counts()).toMatchObject({ clients: 1 });
});

test('a client that throws costs the others nothing; the close rejects once all have been closed', async () => {
  const clock = fakeClock();
  const drain = new StreamDrain('clients', { clientsPerSecond: 100, closeTimeoutMs: 100, clock });
  const fail = (): never => {
    throw new Error('a broken client');
  };
  drain.join({ notify: fail, close: fail, terminate: fail });
  const client = new PoliteClient(drain, clock);
  drain.join(client);
  drain.announce();
  const closing = drain.close(budget(clock, 5000));
  await expect(clock.until(closing)).rejects.toMatchObject({
    code: 'stream_clients_failed',
    message: expect.stringContaining('3 error(s)') as string,
    cause: { message: 'a broken client' },
  });
  expect(client.closedAt).toBeDefined();
  expect(drain.counts()).toEqual({ clients: 2, closed: 1, terminated: 1, left: 0 });
});

test('without clients the close ends at once', async () => {
  const clock = fakeClock();
  await new StreamDrain('clients', { clock }).close(budget(clock, 400));
  expect(clock.now()).toBe(0);
});

test('a notice carries the last id only where there is one, and a delay drawn from the given range', () => {
  const clock = fakeClock({ random: () => 0.25 });
  const attempt = <T>(hook: () => T): T => hook();
  expect(noticeFor('client', { reconnectAfterMs: [100, 200] }, clock, attempt)).toEqual({
    message: 'The server is going away.',
    reconnect_after_ms: 125,
  });
  const options = { message: 'bye', reconnectAfterMs: [7, 7], lastId: (client: string) => client } as const;
  expect(noticeFor('client', options, clock, attempt)).toEqual({
    message: 'bye',
    reconnect_after_ms: 7,
    last_id: 'client',
  });
});
