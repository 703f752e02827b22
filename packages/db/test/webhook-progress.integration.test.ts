import { describe, expect } from 'vitest';
import { readHead } from '../src/log/index.ts';
import {
  advanceOwnCursor,
  disableWebhook,
  ensureAttemptPartitions,
  handOut,
  limitBacklog,
  readOverview,
  readOwnCursors,
  readWebhookStatistics,
  returnDeliveries,
  skipDropped,
  type Claim,
} from '../src/webhooks/dispatch/index.ts';
import { pauseWebhook, resumeWebhook } from '../src/webhooks/index.ts';
import { test } from './migrated-database.ts';
import { addWebhook, attemptResult, KEY, matchNew, pending, record, webhook } from './stored-webhooks.ts';

describe('a webhook', () => {
  test.for([
    ['none', 'pause'],
    ['strict', 'pause'],
    ['none', 'disable'],
    ['strict', 'disable'],
  ] as const)(
    'of ordering %s that stops (%s) is looked at no more, whatever its attempts report, until it is resumed',
    async ([ordering, way], { db }) => {
      await ensureAttemptPartitions(db);
      const isStrict = ordering === 'strict';
      const { id, url } = await addWebhook(db, [KEY], { ordering });
      const place = { id, scope: 'acme' };
      const dueAt = async () => {
        const [row] = await db.run(
          ({ sql }) => sql<{ dueAt: Date | null }[]>`select next_due_at as "dueAt" from webhook_progress`,
        );
        return row?.dueAt;
      };
      const reports: ((claim: Claim) => Promise<unknown>)[] = [
        (claim) => returnDeliveries(db, [claim]),
        (claim) => record(db, [{ ...attemptResult(id, claim, false), retryInMs: 0 }]),
        (claim) => record(db, [attemptResult(id, claim, true)]),
      ];
      const ids = await matchNew(db, 4);
      for (const report of reports) {
        const [claim] = await handOut(db, [{ webhookId: id, isStrict, limit: 1 }], { claimSeconds: 60 });
        if (claim === undefined) throw new RangeError('found nothing to hand out');
        await (way === 'pause'
          ? pauseWebhook(db, place)
          : disableWebhook(db, { webhookId: id, reason: 'gone', url }, () => ({
              event: 'webhook.disabled',
              channels: [],
              data: {},
            })));
        expect(await dueAt()).toBeNull();
        await report(claim);
        expect(await dueAt()).toBeNull();
        await resumeWebhook(db, place, { from: 'stop' });
        expect(await dueAt()).toBeInstanceOf(Date);
      }
      expect(await pending(db)).toHaveLength(ids.length - 1);
    },
  );

  test('with too much pending gets no more, and catches up without a gap once it has less', async ({
    db,
  }) => {
    const { id } = await addWebhook(db, [KEY]);
    const first = await matchNew(db, 5);
    expect(await limitBacklog(db, [id], 6)).toEqual([]);
    expect(await limitBacklog(db, [id], 5)).toEqual([id]);
    const missing = await matchNew(db, 3);
    expect(await webhook(db, id)).toMatchObject({ matchedTo: first.at(-1) });
    const [cursor] = await readOwnCursors(db, { after: null, limit: 10 });
    if (cursor === undefined) throw new RangeError('found no webhook that is behind');
    const { epoch, lastId } = await readHead(db);
    const events = missing.map((eventId) => ({ id: eventId, event: KEY }));
    await advanceOwnCursor(db, { cursor, epoch, to: lastId, events });
    expect(await webhook(db, id)).toMatchObject({ matchedTo: null });
    expect(await advanceOwnCursor(db, { cursor, epoch, to: lastId, events })).toBeNull();
    const last = await matchNew(db, 1);
    expect((await pending(db)).map(({ eventId }) => eventId)).toEqual([...first, ...missing, ...last]);
  });

  test('remembers the events that the log dropped before they were matched', async ({ db }) => {
    const { id } = await addWebhook(db, [KEY]);
    const { epoch } = await readHead(db);
    await skipDropped(db, { from: { epoch, id: 0n }, oldest: { epoch, id: 8n } });
    expect(await webhook(db, id)).toMatchObject({ missedAfter: 0n, missedTo: 7n });
    expect((await readOverview(db)).cursor).toEqual({ epoch, id: 7n });
  });
});

test('statistics say how many webhooks are in each state, and for how long one that is active waits', async ({
  db,
}) => {
  const set = async (id: string, webhookState: string, progress: string) =>
    await db.run(async ({ sql }) => {
      await sql`update webhooks set ${sql.unsafe(webhookState)} where id = ${id}`;
      await sql`update webhook_progress set ${sql.unsafe(progress)} where webhook_id = ${id}`;
    });
  for (const [state, progress] of [
    [`state = 'active'`, `next_due_at = now() - interval '1 minute'`],
    [`state = 'active', matched_to = 1`, `next_due_at = now() + interval '1 hour'`],
    [`state = 'active'`, `failures = 3`],
    [`state = 'active'`, `failures = 9, open_until = now() + interval '1 hour'`],
    [`state = 'active'`, `failures = 9, open_until = now() - interval '1 hour'`],
    [`state = 'paused', matched_to = 1`, `failures = 9, open_until = now() + interval '1 hour'`],
    [`state = 'disabled'`, `next_due_at = now() - interval '1 hour'`],
    [`state = 'deleted'`, `failures = 1`],
  ] as const) {
    await set((await addWebhook(db, ['other'])).id, state, progress);
  }
  await addWebhook(db, [KEY]);
  await matchNew(db, 3);
  const { oldestDueMs, ...statistics } = await readWebhookStatistics(db);
  expect(statistics).toEqual({
    webhooks: { active: 6, paused: 1, disabled: 1 },
    failing: 3,
    open: 1,
    behind: 1,
    pending: 3,
    unmatched: 0,
  });
  expect(oldestDueMs).toBeGreaterThan(59_000);
  expect(oldestDueMs).toBeLessThan(3_600_000);
});
