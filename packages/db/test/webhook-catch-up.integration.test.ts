import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { eventually } from '@stellar-insights/devstack/testing';
import { transaction, type Database } from '../src/index.ts';
import { readHead } from '../src/log/index.ts';
import {
  cancelReplay,
  changeWebhook,
  countPending,
  createReplay,
  firstEventAt,
  listDeliveries,
  listReplays,
  pauseWebhook,
  readWebhook,
  ReplayRunningError,
  resumeWebhook,
} from '../src/webhooks/index.ts';
import {
  advanceOwnCursor,
  readOwnCursors,
  skipDroppedOf,
  skipUnwanted,
} from '../src/webhooks/dispatch/index.ts';
import { becomeLive, lockCursor } from '../src/webhooks/live-state.ts';
import { test } from './migrated-database.ts';
import { addWebhook, append, matchLive, matchOwn, pendingEvents } from './stored-webhooks.ts';

/** As retention does once the events up to this one are old. */
function forgetEvents(db: Database, upTo: bigint) {
  return db.run(({ sql }) => sql`update event_log_bounds set oldest_id = ${upTo + 1n}`);
}

test('a webhook gets the events that come after its creation, also if nobody matched those before', async ({
  db,
}) => {
  await append(db, 'k', 'k');
  const { id } = await addWebhook(db);
  const wanted = await append(db, 'k');
  await append(db, 'other');
  await matchLive(db);
  expect(await pendingEvents(db, id)).toStrictEqual([wanted]);
});

test('a webhook that becomes live while events that nobody wants are skipped misses none', async ({ db }) => {
  const { id } = await addWebhook(db);
  await pauseWebhook(db, { id, scope: 'acme' });
  const wanted = await append(db, 'k');
  const skipping = await transaction(db, async (tx) => {
    await lockCursor(tx);
    const skipped = skipUnwanted(db);
    await eventually(async () => {
      const waiting = await db.run(
        ({ sql }) => sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length === 1;
    });
    await tx.sql`update webhooks set state = 'active' where id = ${id}`;
    await becomeLive(tx, id);
    return { skipped };
  });
  await skipping.skipped;
  await matchLive(db);
  expect(await pendingEvents(db, id)).toStrictEqual([wanted]);
});

test('a webhook does not catch up while its circuit breaker is open or 5000 deliveries are pending', async ({
  db,
}) => {
  const { id } = await addWebhook(db);
  await pauseWebhook(db, { id, scope: 'acme' });
  await append(db, 'other');
  await addWebhook(db);
  await matchLive(db);
  await resumeWebhook(db, { id, scope: 'acme' }, { from: 'stop' });
  const page = { after: null, limit: 9 };
  expect(await readOwnCursors(db, page)).toMatchObject([{ id }]);
  await db.run(({ sql }) => sql`update webhook_progress set open_until = now() + interval '1 minute'`);
  expect(await readOwnCursors(db, page)).toStrictEqual([]);
  await db.run(({ sql }) => sql`update webhook_progress set open_until = now() - interval '1 minute'`);
  expect(await readOwnCursors(db, page)).toMatchObject([{ id }]);
  await db.run(
    ({ sql }) => sql`
      insert into webhook_deliveries (webhook_id, event, test_id, due_at, created_at)
      select ${id}, 'webhook.test', gen_random_uuid(), now(), now() from generate_series(1, 5000)`,
  );
  expect(await readOwnCursors(db, page)).toStrictEqual([]);
});

test('what was matched with other filters, or is no longer in the log, is not taken for caught up', async ({
  db,
}) => {
  const { id } = await addWebhook(db);
  const place = { id, scope: 'acme' };
  const last = await append(db, 'k', 'k');
  await pauseWebhook(db, place);
  await append(db, 'k');
  await addWebhook(db);
  await matchLive(db);
  await resumeWebhook(db, place, { from: 'stop' });
  await createReplay(db, place, { id: randomUUID(), firstId: 1n, lastId: last });
  const cursors = await readOwnCursors(db, { after: null, limit: 9 });
  expect(cursors.map(({ kind }) => kind).toSorted()).toStrictEqual(['behind', 'replay']);
  const behind = cursors.find(({ kind }) => kind === 'behind');
  if (behind === undefined) throw new RangeError('found no webhook that is behind');
  const filterKeys = [{ key: 'other', min_amount: '0' }];
  await changeWebhook(db, place, { filters: { filters: { events: ['other'] }, filterKeys } });
  const { epoch } = await readHead(db);
  expect(await advanceOwnCursor(db, { cursor: behind, epoch, to: last, events: [] })).toBeNull();
  for (const cursor of cursors) await skipDroppedOf(db, cursor, last + 1n);
  expect(await readWebhook(db, place)).toMatchObject({
    missedAfter: behind.after,
    missedTo: last,
    matchedTo: last,
  });
  expect(await listReplays(db, id)).toMatchObject([{ state: 'failed', reason: 'events_expired' }]);
});

describe('a pause', () => {
  test('collects nothing and loses nothing: resuming goes on where it stopped, in order', async ({ db }) => {
    const { id } = await addWebhook(db);
    const other = await addWebhook(db);
    const before = await append(db, 'k');
    await matchLive(db);
    expect(await pauseWebhook(db, { id, scope: 'acme' })).toMatchObject({
      state: 'paused',
      matchedTo: before,
    });
    const meanwhile = await append(db, 'k', 'x', 'k');
    await matchLive(db);
    expect(await pendingEvents(db, id)).toStrictEqual([before]);
    const resumed = await resumeWebhook(db, { id, scope: 'acme' }, { from: 'stop' });
    expect(resumed).toMatchObject({ state: 'active', matchedTo: before });
    // It is behind: what is matched live meanwhile is not for it.
    const after = await append(db, 'k');
    await matchLive(db);
    expect(await pendingEvents(db, id)).toStrictEqual([before]);
    await matchOwn(db);
    expect(await readWebhook(db, { id, scope: null })).toMatchObject({ matchedTo: null });
    const last = await append(db, 'k');
    await matchLive(db);
    const all = [before, meanwhile - 2n, meanwhile, after, last];
    expect(await pendingEvents(db, id)).toStrictEqual(all);
    expect(await pendingEvents(db, other.id)).toStrictEqual(all);
  });

  test('can be ended without what came in it', async ({ db }) => {
    const { id } = await addWebhook(db);
    await append(db, 'k');
    await matchLive(db);
    await pauseWebhook(db, { id, scope: 'acme' });
    await append(db, 'k');
    const resumed = await resumeWebhook(db, { id, scope: 'acme' }, { from: 'now' });
    expect(resumed).toMatchObject({ state: 'active', matchedTo: null });
    const after = await append(db, 'k');
    await matchLive(db);
    expect(await pendingEvents(db, id)).toStrictEqual([after]);
  });

  test('of longer than the log is kept says which events are missed', async ({ db }) => {
    const { id } = await addWebhook(db);
    const stopped = await append(db, 'other');
    await matchLive(db);
    await pauseWebhook(db, { id, scope: 'acme' });
    const dropped = await append(db, 'k', 'k');
    const kept = await append(db, 'k');
    await matchLive(db);
    await forgetEvents(db, dropped);
    const resumed = await resumeWebhook(db, { id, scope: 'acme' }, { from: 'stop' });
    expect(resumed).toMatchObject({ missedAfter: stopped, missedTo: dropped, matchedTo: dropped });
    await matchOwn(db);
    expect(await pendingEvents(db, id)).toStrictEqual([kept]);
  });

  test('so long that pending events are dropped does not hold up the later ones', async ({ db }) => {
    const { id } = await addWebhook(db, ['k'], { ordering: 'strict' });
    const first = await append(db, 'k');
    const second = (await append(db, 'k', 'k')) - 1n;
    await matchLive(db);
    await pauseWebhook(db, { id, scope: 'acme' });
    await forgetEvents(db, second);
    const resumed = await resumeWebhook(db, { id, scope: 'acme' }, { from: 'stop' });
    expect(resumed).toMatchObject({ missedAfter: first - 1n, missedTo: second, matchedTo: null });
    expect(await pendingEvents(db, id)).toStrictEqual([second + 1n]);
    const failed = await listDeliveries(db, { webhookId: id, state: 'failed', after: undefined, limit: 9 });
    expect(failed).toMatchObject([second, first].map((eventId) => ({ eventId, lastError: 'event_expired' })));
  });

  test('of a webhook that is not active changes nothing, and neither does resuming an active one', async ({
    db,
  }) => {
    const { id } = await addWebhook(db);
    const place = { id, scope: 'acme' };
    await resumeWebhook(db, place, { from: 'now' });
    const paused = await pauseWebhook(db, place);
    expect(await pauseWebhook(db, place)).toStrictEqual(paused);
  });
});

describe('a replay', () => {
  test('delivers a range again, in the order of the log, and leaves the rest alone', async ({ db }) => {
    const { id } = await addWebhook(db);
    const place = { id, scope: 'acme' };
    await append(db, 'k', 'x', 'k', 'k', 'k');
    await matchLive(db);
    const replay = await createReplay(db, place, { id: randomUUID(), firstId: 2n, lastId: 4n });
    await expect(
      createReplay(db, place, { id: randomUUID(), firstId: 1n, lastId: 1n }),
    ).rejects.toBeInstanceOf(ReplayRunningError);
    await matchOwn(db);
    expect(await pendingEvents(db, id)).toStrictEqual([1n, 3n, 4n, 5n, 3n, 4n]);
    expect(await listReplays(db, id)).toMatchObject([
      { id: replay?.id, state: 'done', matched: 2n, nextId: 5n },
    ]);
    const next = await createReplay(db, place, { id: randomUUID(), firstId: 1n, lastId: 5n });
    const cancelled = await cancelReplay(db, { ...place, replayId: next?.id ?? '' });
    expect(cancelled).toMatchObject({ state: 'cancelled', finishedAt: expect.any(Date) });
    await matchOwn(db);
    expect(await countPending(db, { id, limit: 100 })).toBe(6);
  });

  test('by time begins with the first event that was logged then', async ({ db }) => {
    expect(await firstEventAt(db, new Date(0))).toBe(1n);
    for (let count = 1; count <= 9; count++) await append(db, ...Array.from({ length: count }, () => 'k'));
    // Row n begins at n · (n − 1) / 2 + 1.
    await db.run(
      ({ sql }) => sql`
        update event_log set created_at = to_timestamp(1000 * place)
        from (select first_id as id, row_number() over (order by first_id) as place from event_log) rows
        where first_id = id`,
    );
    const { lastId } = await readHead(db);
    const found = await Promise.all(
      [0, 1000, 1001, 5000, 9000, 9001].map((second) => firstEventAt(db, new Date(second * 1000))),
    );
    expect(found).toStrictEqual([1n, 1n, 2n, 11n, 37n, lastId + 1n]);
    await forgetEvents(db, 20n);
    expect(await firstEventAt(db, new Date(0))).toBe(21n);
  });
});
