import { ALL } from '@stellar-insights/contract/channels';
import type { LogHead } from '@stellar-insights/db/log';
import { fakeClock } from '@stellar-insights/lifecycle/testing';
import { expect, test } from 'vitest';
import { EventRing } from '../../src/realtime/event-ring.ts';
import { Follower, type FollowerContext } from '../../src/realtime/follower.ts';
import type { Outlet } from '../../src/realtime/outlet.ts';
import { RingEvent } from '../../src/realtime/ring-event.ts';

const MIB = 1_048_576;

/** A client that takes nothing until a test sets `unsent`. */
class HeldOutlet implements Outlet {
  readonly kind = 'sse';
  readonly encoding = { encode: (_frame: string, cursor: string) => Buffer.from(cursor) };
  /** Cursors of events, the heads of resyncs, and the reason of a close. */
  readonly written: string[] = [];
  unsent = 0;
  /** What each event adds to `unsent`. */
  readonly #size: number;

  constructor(size = 0) {
    this.#size = size;
  }

  write(frame: Buffer): void {
    this.written.push(frame.toString());
    this.unsent += this.#size;
  }

  cork(): void {}

  uncork(): void {}

  resync({ lastId }: LogHead): void {
    this.written.push(`resync ${lastId}`);
  }

  closeSlow(reason: string): void {
    this.written.push(reason);
  }
}

function eventOf(epoch: string, id: bigint): RingEvent {
  return new RingEvent(epoch, { id, event: 'ledger.closed', channels: ['ledgers'], data: '{}' });
}

function cursors(epoch: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, place) => `${epoch}-${first + place}`);
}

/** A ring at event 0 of `epoch`, and a follower whose pages come from a log of epoch `new` that ends at 105. */
function stage(epoch: string, outlet: Outlet) {
  const clock = fakeClock();
  const ring = new EventRing({ maxEvents: 100, maxBytes: MIB });
  ring.reset({ epoch, id: 0n });
  const context: FollowerContext = {
    ring,
    clock,
    index: () => undefined,
    readPage: ({ id }) => {
      const events = Array.from({ length: Math.max(0, 105 - Number(id)) }, (_, place) =>
        eventOf('new', id + 1n + BigInt(place)),
      );
      return Promise.resolve({ events, end: { epoch: 'new', id: events.at(-1)?.id ?? id } });
    },
    resumed: () => undefined,
    delivered: () => undefined,
    resynced: () => undefined,
    closedSlow: () => undefined,
    readFailed: (error) => {
      throw error;
    },
  };
  return { clock, ring, follower: new Follower(outlet, context) };
}

test('a client that has taken everything gets the next events within a second, whoever forgets to say so', () => {
  const outlet = new HeldOutlet(MIB / 8);
  const { ring, follower } = stage('e', outlet);
  for (let id = 1n; id <= 5n; id += 1n) ring.push(eventOf('e', id));
  follower.follow([ALL], { epoch: 'e', id: 0n });
  expect(outlet.written).toEqual(cursors('e', 1, 3));
  outlet.unsent = 1;
  follower.check(1000);
  follower.drained();
  expect(outlet.written).toEqual(cursors('e', 1, 3));
  outlet.unsent = 0;
  follower.check(2000);
  expect(outlet.written).toEqual(cursors('e', 1, 5));
});

test.each([
  [10, 'more than 1 MiB was unsent for 10 s', MIB, MIB + 1],
  [60, 'the buffer was not empty once in 60 s', MIB, 1],
  [60, 'the buffer was not empty once in 60 s', 1, 1],
])('a client is closed after %i s if %s, and no second before', (seconds, reason, size, unsent) => {
  const outlet = new HeldOutlet(size);
  const { clock, ring, follower } = stage('e', outlet);
  ring.push(eventOf('e', 1n));
  follower.follow([ALL], { epoch: 'e', id: 0n });
  outlet.unsent = unsent;
  const start = clock.now();
  for (let second = 0; second < seconds; second += 1) follower.check(start + second * 1000);
  expect(outlet.written).toEqual(['e-1']);
  follower.check(start + seconds * 1000);
  expect(outlet.written).toEqual(['e-1', reason]);
});

test('a client whose buffer is empty once a minute stays, however much follows', () => {
  const outlet = new HeldOutlet();
  const { clock, follower } = stage('e', outlet);
  follower.follow([ALL], { epoch: 'e', id: 0n });
  for (let second = 0; second < 180; second += 1) {
    if (second % 59 === 0) {
      outlet.unsent = 0;
      follower.drained();
    }
    outlet.unsent = 1;
    follower.check(clock.now() + second * 1000);
  }
  expect(outlet.written).toEqual([]);
});

test('a client that has read further in a new log than its head was found at stays where it is', async () => {
  const outlet = new HeldOutlet();
  const { clock, ring, follower } = stage('old', outlet);
  follower.follow([ALL], { epoch: 'new', id: 100n });
  await clock.advance(0);
  follower.beforeRestart();
  ring.reset({ epoch: 'new', id: 102n });
  follower.ringRestarted({ epoch: 'new', oldestId: 1n, lastId: 102n });
  await clock.advance(1000);
  for (let id = 103n; id <= 107n; id += 1n) {
    const event = eventOf('new', id);
    ring.push(event);
    follower.offer(event, 1);
  }
  expect(outlet.written).toEqual(cursors('new', 101, 107));
  expect(follower.lag).toBe(0);
});
