import { expect, test } from 'vitest';
import { Farewell, type FarewellClient } from '../../src/streams/stream-drain.ts';
import { noticeFor } from '../../src/streams/notice.ts';

/** Goes the moment it is asked to, and remembers when. */
class Polite implements FarewellClient {
  readonly #farewell: Farewell;
  closedAt: number | undefined;

  constructor(farewell: Farewell) {
    this.#farewell = farewell;
  }

  notify(): void {}

  close(): void {
    this.closedAt = performance.now();
    this.#farewell.leave(this);
  }

  terminate(): void {}
}

function budget(ms: number) {
  const deadline = performance.now() + ms;
  return {
    signal: new AbortController().signal,
    deadline,
    remaining: () => Math.max(0, deadline - performance.now()),
  };
}

test('clients are closed one after another, not all at once', async () => {
  const farewell = new Farewell('clients', { clientsPerSecond: 100 });
  const clients = Array.from({ length: 10 }, () => new Polite(farewell));
  for (const client of clients) farewell.join(client);
  farewell.announce();
  await farewell.close(budget(5000));

  expect(new Set(clients.map(({ closedAt }) => closedAt)).size).toBe(10);
  expect(farewell.counts()).toEqual({ clients: 10, closed: 10, terminated: 0, left: 0 });
});

test('a pace too slow for the time left is quickened', async () => {
  const farewell = new Farewell('clients', { clientsPerSecond: 1, closeTimeoutMs: 100 });
  for (let count = 0; count < 100; count += 1) farewell.join(new Polite(farewell));
  farewell.announce();
  const context = budget(1500);
  await farewell.close(context);

  expect(context.remaining()).toBeGreaterThan(0);
  expect(farewell.counts()).toMatchObject({ closed: 100, terminated: 0 });
});

test('a client that joins after the announce is notified too', () => {
  const farewell = new Farewell('clients', {});
  farewell.announce();
  let notices = 0;
  farewell.join({ notify: () => (notices += 1), close: () => undefined, terminate: () => undefined });

  expect(notices).toBe(1);
  expect(farewell.counts()).toMatchObject({ clients: 1 });
});

test('nobody to part from is a farewell without a wait', async () => {
  const farewell = new Farewell('clients', {});
  const context = budget(400);
  await farewell.close(context);
  expect(context.remaining()).toBeGreaterThan(0);
});

test('a notice carries the last id only where there is one', () => {
  expect(noticeFor('client', { reconnectAfterMs: [7, 7] })).toEqual({
    message: 'The server is going away.',
    reconnect_after_ms: 7,
  });
  expect(
    noticeFor('client', { message: 'bye', reconnectAfterMs: [7, 7], lastId: (client) => client }),
  ).toEqual({
    message: 'bye',
    reconnect_after_ms: 7,
    last_id: 'client',
  });
});
