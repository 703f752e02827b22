import { fakeClock, type FakeClock } from '@stellar-insights/lifecycle/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { Follower, type FollowerOptions } from '../../src/follow/follower.ts';
import { ALL } from '../../src/index.ts';
import { FakeServer } from './fake-server.ts';

let clock: FakeClock;
let server: FakeServer;

beforeEach(() => {
  clock = fakeClock();
  server = new FakeServer(clock);
});

function follow(options: Partial<FollowerOptions> = {}): Follower {
  return new Follower({
    transport: server.transport,
    channels: [ALL],
    after: 'e1-0',
    signal: undefined,
    bufferSize: 10,
    onState: undefined,
    clock,
    ...options,
  });
}

async function take(follower: Follower, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const { value } = await clock.until(follower.next());
    ids.push(value?.id ?? 'the end');
  }
  return ids;
}

describe('following', () => {
  test('makes no connection before somebody asks for an event', async () => {
    const follower = follow();
    await follower.return();
    expect(server.connections).toEqual([]);
    expect(await follower.next()).toEqual({ value: undefined, done: true });
  });

  test('goes on from the last event over a new connection', async () => {
    const follower = follow();
    server.append(2);
    expect(await take(follower, 2)).toEqual(['e1-1', 'e1-2']);
    server.current?.lose();
    await clock.advance(100);
    server.append(2);
    expect(await take(follower, 2)).toEqual(['e1-3', 'e1-4']);
    expect(server.connections.map(({ closed }) => closed)).toEqual([true, false]);
    await follower.return();
  });

  test('closes the connection when as many events wait as fit, and goes on once half of them are taken', async () => {
    const states: string[] = [];
    const follower = follow({ onState: ({ kind }) => states.push(kind) });
    server.append(25);
    expect(await take(follower, 1)).toEqual(['e1-1']);
    await clock.advance(60_000);
    expect(states).toEqual(['connecting', 'live', 'paused']);
    expect(server.connections.map(({ closed }) => closed)).toEqual([true]);
    expect(await take(follower, 24)).toEqual(server.ids.slice(1));
    expect(server.connections.length).toBeGreaterThan(1);
    await follower.return();
  });

  test('gives events that came before an error first, the error once, and then the end', async () => {
    const follower = follow();
    server.append(2);
    const first = await take(follower, 1);
    server.current?.resync('e1-90', ['/api/v1/corridors']);
    await clock.advance(100);
    expect([...first, ...(await take(follower, 1))]).toEqual(['e1-1', 'e1-2']);
    await expect(follower.next()).rejects.toMatchObject({ code: 'resync_required', oldest: 'e1-90' });
    expect(await follower.next()).toEqual({ value: undefined, done: true });
    await clock.advance(600_000);
    expect(server.connections.length).toBe(1);
  });

  test.each(['before it begins', 'while it waits', 'while events wait'])(
    'ends without an error when the signal aborts %s',
    async (when) => {
      const stop = new AbortController();
      const follower = follow({ signal: stop.signal });
      if (when === 'before it begins') stop.abort();
      if (when === 'while events wait') {
        server.append(5);
        await take(follower, 1);
      }
      const next = follower.next();
      await clock.advance(50);
      stop.abort();
      const ends = [await next, await follower.next()];
      expect(ends.slice(when === 'while events wait' ? 1 : 0).every(({ done }) => done)).toBe(true);
      expect(server.connections.filter(({ closed }) => !closed)).toEqual([]);
    },
  );

  test('ends a call of `next` that waits when it is returned', async () => {
    const follower = follow();
    const next = follower.next();
    await clock.advance(50);
    await follower.return();
    expect(await next).toEqual({ value: undefined, done: true });
  });

  test('answers several calls of `next` in their order', async () => {
    const follower = follow();
    const calls = [follower.next(), follower.next()];
    server.append(2);
    await clock.advance(100);
    expect((await Promise.all(calls)).map(({ value }) => value?.id)).toEqual(['e1-1', 'e1-2']);
    await follower.return();
  });

  test('probes a connection that is silent, and gives it up if it stays silent', async () => {
    const follower = follow();
    const next = follower.next();
    await clock.advance(100);
    const first = server.current;
    await clock.advance(300_000);
    expect(first?.closed).toBe(false);
    expect(first?.probes).toBeGreaterThan(5);
    if (first) first.silent = true;
    await clock.advance(60_000);
    expect(first?.closed).toBe(true);
    server.append(1);
    expect((await clock.until(next)).value?.id).toBe('e1-1');
    await follower.return();
  });

  test('leaves no timer behind', async () => {
    const follower = follow();
    server.append(1);
    await take(follower, 1);
    await follower.return();
    await expect(clock.until(new Promise(() => undefined))).rejects.toThrow('no timer is left');
  });
});
