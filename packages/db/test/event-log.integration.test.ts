import { describe, expect } from 'vitest';
import { transaction, type Database } from '../src/index.ts';
import {
  appendEvents,
  type LogCursor,
  readEvents,
  readHead,
  renewEpoch,
  ResyncRequiredError,
} from '../src/log/index.ts';
import { PlanRecorder } from '../src/testing/index.ts';
import { append, events, loggedAfter, readAll } from './logged-events.ts';
import { test } from './migrated-database.ts';
import { logPartitions, numberedEvents, setCursor } from './partition-names.ts';

describe('the log', () => {
  test('of a new database is empty, and its epoch is its own', async ({ db }) => {
    const { epoch, ...ids } = await readHead(db);
    expect(ids).toStrictEqual({ oldestId: 1n, lastId: 0n });
    expect(epoch).toMatch(/^[0-9a-f]{12}$/);
    expect((await readEvents(db, { after: { epoch, id: 0n }, limit: 10 })).events).toStrictEqual([]);
  });

  test('returns events in order, in pages of any size', async ({ db }) => {
    await append(db, events);
    await append(db, events.toReversed());
    const wanted = loggedAfter(0n, [...events, ...events.toReversed()]);
    for (const limit of [1, 7, events.length, 1000]) {
      expect(await readAll(db, { limit })).toStrictEqual(wanted);
    }
  });

  test('returns pages of a bounded number of bytes, with one event at least', async ({ db }) => {
    await append(db, events);
    await append(db, events);
    const { epoch } = await readHead(db);
    const wanted = loggedAfter(0n, [...events, ...events]);
    for (const maxBytes of [1, 3000]) {
      expect(await readAll(db, { limit: 1000, maxBytes })).toStrictEqual(wanted);
    }
    const lengths = wanted.map(({ id: _, data, ...rest }) => JSON.stringify(rest).length + data.length);
    const page = await readEvents(db, { after: { epoch, id: 0n }, limit: 1000, maxBytes: 3000 });
    const before = lengths.slice(0, page.events.length - 1).reduce((sum, length) => sum + length, 0);
    expect(page.events.length).toBeLessThan(wanted.length);
    expect(before).toBeLessThan(3000);
  });

  test('returns the events of channels, and goes on from what it looked at', async ({ db }) => {
    await append(db, events);
    await append(db, events);
    const wanted = loggedAfter(0n, [...events, ...events]);
    const { epoch, lastId } = await readHead(db);
    for (const channels of [['ledgers'], ['payments'], ['ledgers', wanted.at(-1)?.channels[1] ?? '']]) {
      const inThem = wanted.filter((event) => event.channels.some((channel) => channels.includes(channel)));
      expect(inThem.length).toBeGreaterThan(0);
      for (const scan of [3, 1000]) {
        expect(await readAll(db, { limit: 2, scan, channels })).toStrictEqual(inThem);
      }
    }
    const after = { epoch, id: 0n };
    const nothing = { events: [], head: { epoch, oldestId: 1n, lastId } };
    const channels = ['anchors'];
    expect(await readEvents(db, { after, limit: 2, scan: 5, channels })).toStrictEqual({
      ...nothing,
      end: { epoch, id: 5n },
    });
    expect(await readEvents(db, { after, limit: 2, scan: 5000, channels })).toStrictEqual({
      ...nothing,
      end: { epoch, id: lastId },
    });
  });

  test('reads for a page what is on it, however long the log is', async ({ db, url }) => {
    await transaction(db, async (tx) => {
      for (let row = 0; row < 1000; row++) await appendEvents(tx, events.slice(0, 3));
    });
    await db.run(({ sql }) => sql`analyze event_log`);
    const { epoch, lastId } = await readHead(db);
    await using recorder = new PlanRecorder(url);
    for (const id of [0n, lastId / 2n, lastId - 30n]) {
      for (const channels of [undefined, ['payments'], ['anchors']]) {
        const read = () => readEvents(recorder.db, { after: { epoch, id }, limit: 10, scan: 30, channels });
        const [plan, ...others] = await recorder.plansOf(read);
        expect(others).toStrictEqual([]);
        expect(plan?.tablesReadWhole).toStrictEqual(['event_log_head']);
        expect(plan?.buffers).toBeLessThan(60);
      }
    }
  });

  test('of one large ledger is read row by row, and a page of a rare channel takes few statements', async ({
    db,
    url,
  }) => {
    const rare = { event: 'ledger.closed', channels: ['ledgers'], data: {} };
    await append(db, [...numberedEvents(1999), rare]);
    const rows = await db.run(
      ({ sql }) => sql<{ events: number }[]>`select (last_id - first_id + 1)::int as events from event_log`,
    );
    expect(rows.map(({ events: count }) => count)).toStrictEqual([500, 500, 500, 500]);
    const { epoch } = await readHead(db);
    await using recorder = new PlanRecorder(url);
    const rowsRead = async (channels: string[] | undefined) => {
      const page = () =>
        readEvents(recorder.db, { after: { epoch, id: 500n }, limit: 100, scan: 5000, channels });
      const plans = await recorder.plansOf(page);
      return plans.map((plan) => plan.rowsOf('event_log'));
    };
    // One of them to find where the first row begins.
    expect(await rowsRead(undefined)).toStrictEqual([1 + 1]);
    expect(await rowsRead(['payments'])).toStrictEqual([1 + 1]);
    expect(await rowsRead(['ledgers'])).toStrictEqual([1 + 1, 1 + 2]);
  });

  test('looks at few partitions to append, to read a page and its head, however many there are', async ({
    db,
    url,
  }) => {
    for (let day = 0; day < 350; day++) {
      await setCursor(db, Date.UTC(2026, 0, 1) + day * 86_400_000);
      await append(db, numberedEvents(1000));
    }
    expect((await logPartitions(db)).length).toBeGreaterThan(180);
    const { epoch, lastId } = await readHead(db);
    const some = numberedEvents(10);
    await using recorder = new PlanRecorder(url);
    const works = [
      () => append(recorder.db, some),
      () => readHead(recorder.db),
      ...[0n, 500n, lastId / 2n, lastId - 500n, lastId - 5n].map((id) => {
        return () => readEvents(recorder.db, { after: { epoch, id }, limit: 10 });
      }),
    ];
    for (const work of works) {
      const plans = await recorder.plansOf(work);
      expect(plans).toHaveLength(1);
      // Rows may be so long that twelve of these partitions can hold the row of an id.
      expect(plans[0]?.partitionsOf('event_log')).toBeLessThanOrEqual(12);
      expect(plans[0]?.partitionsOf('pg_inherits')).toBe(0);
      expect(plans[0]?.buffers).toBeLessThan(100);
    }
  });

  test('gives no id to a transaction without events', async ({ db }) => {
    expect(await append(db, [])).toMatchObject({ firstId: 1n, lastId: 0n });
    expect(await append(db, events)).toMatchObject({ firstId: 1n, lastId: BigInt(events.length) });
  });

  test('has neither holes nor duplicates after eight writers, a third of whose transactions roll back', async ({
    db,
  }) => {
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      let written = 0;
      for (let turn = 0; turn < 30; turn++) {
        const some = events.slice(0, 1 + ((writer + turn) % 5));
        const fails = (writer * 7 + turn) % 3 === 0;
        const done = transaction(db, async (tx) => {
          await appendEvents(tx, some);
          if (fails) throw new RangeError('rolled back');
        });
        if (fails) await expect(done).rejects.toThrow(RangeError);
        else written += some.length;
        await done.catch(() => undefined);
      }
      return written;
    });
    const written = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
    const ids = (await readAll(db)).map(({ id }) => id);
    expect(ids).toStrictEqual(Array.from({ length: written }, (_, place) => BigInt(place + 1)));
    expect(await readHead(db)).toMatchObject({ oldestId: 1n, lastId: BigInt(written) });
  });
});

describe('the log refuses a cursor', () => {
  test('of another epoch', async ({ db }) => {
    await append(db, events);
    const { epoch } = await readHead(db);
    await expectResync(db, { epoch: 'another', id: 1n });
    const renewed = await renewEpoch(db);
    expect(renewed).not.toBe(epoch);
    await expectResync(db, { epoch, id: 1n });
    expect((await readEvents(db, { after: { epoch: renewed, id: 1n }, limit: 1 })).events).toHaveLength(1);
  });

  test('beyond the head', async ({ db }) => {
    const { epoch } = await readHead(db);
    for (const id of [1n, 2n ** 63n - 1n, 10n ** 19n - 1n]) await expectResync(db, { epoch, id });
  });
});

async function expectResync(db: Database, after: LogCursor): Promise<void> {
  const refused = await readEvents(db, { after, limit: 1 }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ResyncRequiredError);
  expect(refused).toMatchObject({ code: 'resync_required', found: after, head: await readHead(db) });
}
