import { eventually } from '@stellar-insights/devstack/testing';
import { describe, expect } from 'vitest';
import { transaction, type Database } from '../src/index.ts';
import { readEventsById, readHead } from '../src/log/index.ts';
import {
  advanceMatching,
  CursorFencedError,
  ensureAttemptPartitions,
  failExpired,
  handOut,
  readDueAmong,
  readDueWebhooks,
  readOverview,
  recordResults,
  returnDeliveries,
  watchDispatch,
  type AttemptNotice,
} from '../src/webhooks/dispatch/index.ts';
import { changeWebhook, pauseWebhook, readWebhook, resumeWebhook } from '../src/webhooks/index.ts';
import { test } from './migrated-database.ts';
import { addWebhook, attemptResult, KEY, matchNew, pending, record, webhook } from './stored-webhooks.ts';

async function handOutTo(db: Database, webhookId: string, { isStrict = false, claimSeconds = 60 } = {}) {
  return await handOut(db, [{ webhookId, isStrict, limit: 2 }], { claimSeconds });
}

/** Times are stored in whole milliseconds: what is due now may be so in the next one. */
async function isDue(db: Database): Promise<void> {
  await eventually(async () => expect((await readOverview(db)).hasDue).toBe(true));
}

/** Runs `work` while somebody has an endpoint's row, and then wants its deliveries: one of the two must give way. */
async function againstDeadlock<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return await transaction(db, async ({ sql }) => {
    // So that it is not this one.
    await sql`set local deadlock_timeout = '1min'`;
    await sql`select from webhook_progress for update`;
    const done = work();
    await eventually(async () => {
      const waiting = await db.run((other) => other.sql`select from pg_locks where not granted`);
      expect(waiting).not.toHaveLength(0);
    });
    await sql`select from webhook_deliveries for update`;
    return { done };
  }).then(({ done }) => done);
}

describe('deliveries', () => {
  test('are made once for each event, and a second process that matches the same events fails', async ({
    db,
  }) => {
    await addWebhook(db, [KEY]);
    const ids = await matchNew(db, 3);
    expect((await pending(db)).map(({ eventId }) => eventId)).toEqual(ids);
    const { epoch } = await readHead(db);
    const again = advanceMatching(db, { from: { epoch, id: 0n }, to: { epoch, id: 3n }, events: [] });
    await expect(again).rejects.toBeInstanceOf(CursorFencedError);
    expect((await readEventsById(db, [3n, 1n, 99n])).map(({ id }) => id)).toEqual([1n, 3n]);
  });

  test('keep their endpoint due until nothing is left to hand out', async ({ db }) => {
    const { id } = await addWebhook(db, [KEY]);
    await matchNew(db, 5);
    const due = async () => (await readDueAmong(db, [id])).map(({ webhookId }) => webhookId);
    await isDue(db);
    for (let hand = 0; hand < 2; hand++) {
      expect(await handOutTo(db, id)).toHaveLength(2);
      expect(await due()).toEqual([id]);
    }
    expect(await handOutTo(db, id)).toHaveLength(1);
    expect(await due()).toEqual([]);
    await matchNew(db, 2);
    await db.run(({ sql }) => sql`update webhook_progress set next_due_at = now() - interval '2 seconds'`);
    expect(await handOutTo(db, id)).toHaveLength(2);
    expect(await due()).toEqual([]);
  });

  test('are handed out once until their claim is over; only the last claim counts a failure, any a success', async ({
    db,
  }) => {
    await ensureAttemptPartitions(db);
    const { id } = await addWebhook(db, [KEY]);
    await matchNew(db, 2);
    const [first, second] = await handOutTo(db, id, { claimSeconds: 0 });
    const [again] = await handOutTo(db, id);
    if (first === undefined || second === undefined || again === undefined)
      throw new RangeError('found none');
    expect(await handOutTo(db, id)).toEqual([]);
    expect((await record(db, [attemptResult(id, first, false)])).counted).toEqual(new Set());
    expect((await record(db, [attemptResult(id, again, false)])).counted).toEqual(new Set([first.id]));
    expect(await webhook(db, id)).toMatchObject({ failures: 1 });
    expect((await record(db, [attemptResult(id, second, true)])).counted).toEqual(new Set([second.id]));
    expect(await pending(db)).toMatchObject([{ attempts: 1, claimed: false }]);
    expect(await webhook(db, id)).toMatchObject({ failures: 0 });
  });

  test('of an endpoint whose circuit breaker is open wait and spend nothing; when its pause is over, one is a probe', async ({
    db,
  }) => {
    await ensureAttemptPartitions(db);
    const { id } = await addWebhook(db, [KEY]);
    await matchNew(db, 4);
    const [first] = await handOut(db, [{ webhookId: id, isStrict: false, limit: 1 }], { claimSeconds: 60 });
    if (first === undefined) throw new RangeError('found nothing to hand out');
    await recordResults(db, [attemptResult(id, first, false)], {
      afterFailure: (before, _, now) => ({ ...before, failures: 5, opened: 1, openUntil: now + 3_600_000 }),
    });
    const due = () => readDueWebhooks(db, { after: null, limit: 10, except: [] });
    expect((await readOverview(db)).hasDue).toBe(false);
    // Whoever wakes the endpoint finds its breaker.
    await db.run(({ sql }) => sql`update webhook_progress set next_due_at = now()`);
    expect(await due()).toEqual([]);
    expect(await handOutTo(db, id)).toEqual([]);
    expect((await pending(db)).map(({ attempts }) => attempts)).toEqual([1, 0, 0, 0]);
    await db.run(
      ({ sql }) => sql`
        update webhook_progress set open_until = now() - interval '1 second', next_due_at = now() - interval '1 second'`,
    );
    expect(await due()).toMatchObject([{ webhookId: id, isHalfOpen: true }]);
    expect(await handOutTo(db, id)).toHaveLength(1);
  });

  test('that are returned are due at once and have spent nothing', async ({ db }) => {
    const { id } = await addWebhook(db, [KEY], { ordering: 'strict' });
    const ids = await matchNew(db, 3);
    const taken = await handOutTo(db, id, { isStrict: true });
    expect(taken.map(({ eventId }) => eventId)).toEqual([ids[0]]);
    expect(await handOutTo(db, id, { isStrict: true })).toEqual([]);
    await returnDeliveries(db, taken);
    expect(await pending(db)).toEqual(ids.map((eventId) => ({ eventId, attempts: 0, claimed: false })));
    await isDue(db);
    expect(await handOutTo(db, id, { isStrict: true })).toMatchObject([{ eventId: ids[0], claim: 2 }]);
  });

  test('that were handed out and not sent are told of, so that something else is handed out', async ({
    db,
  }) => {
    const { id } = await addWebhook(db, [KEY]);
    await matchNew(db, 300);
    const heard: AttemptNotice[] = [];
    const listening = Promise.withResolvers<void>();
    const end = new AbortController();
    const ears = {
      onWork: listening.resolve,
      onResults: (notices: readonly AttemptNotice[]) => heard.push(...notices),
    };
    const watching = watchDispatch(db, ears, end.signal);
    await listening.promise;
    const taken = await handOut(db, [{ webhookId: id, isStrict: false, limit: 300 }], { claimSeconds: 60 });
    const [first, ...others] = taken;
    if (first === undefined) throw new RangeError('found nothing to hand out');
    await failExpired(db, [first.id]);
    await returnDeliveries(db, others);
    // Somebody else has it by now.
    await returnDeliveries(db, others.slice(0, 1));
    await eventually(() => expect(heard).toHaveLength(300));
    expect(new Map(heard)).toEqual(new Map(taken.map((claim) => [claim.id, undefined])));
    end.abort();
    await watching;
  });

  test('are handed out and reported also if somebody locks the same rows in another order', async ({
    db,
  }) => {
    await ensureAttemptPartitions(db);
    const { id } = await addWebhook(db, [KEY], { ordering: 'strict' });
    await matchNew(db, 2);
    const [claim] = await againstDeadlock(db, () => handOutTo(db, id, { isStrict: true }));
    if (claim === undefined) throw new RangeError('found nothing that was handed out');
    const { counted } = await againstDeadlock(db, () => record(db, [attemptResult(id, claim, true)]));
    expect(counted).toEqual(new Set([claim.id]));
  });

  test('of an endpoint whose circuit breaker is open are due at once when it gets another URL', async ({
    db,
  }) => {
    const { id } = await addWebhook(db, [KEY]);
    await matchNew(db, 3);
    await db.run(
      ({ sql }) => sql`
        update webhook_progress set open_until = now() + interval '1 minute', next_due_at = now() + interval '1 minute'`,
    );
    expect(await handOutTo(db, id)).toEqual([]);
    await changeWebhook(db, { id, scope: 'acme' }, { url: 'https://example.com/other' });
    await isDue(db);
    expect(await handOutTo(db, id)).toHaveLength(2);
  });

  test('of a strict webhook follow each other at once; what waits is due when it is resumed', async ({
    db,
  }) => {
    await ensureAttemptPartitions(db);
    const { id } = await addWebhook(db, [KEY], { ordering: 'strict' });
    const place = { id, scope: 'acme' };
    await matchNew(db, 2);
    for (const delivered of [true, false]) {
      await isDue(db);
      const [claim] = await handOutTo(db, id, { isStrict: true });
      if (claim === undefined) throw new RangeError('found nothing to hand out');
      await record(db, [{ ...attemptResult(id, claim, delivered), error: 'E\0' }]);
    }
    expect(await readWebhook(db, place)).toMatchObject({
      lastSuccessAt: expect.any(Date),
      lastError: 'E\uFFFD',
    });
    await pauseWebhook(db, place);
    await resumeWebhook(db, place, { from: 'stop' });
    expect(await handOutTo(db, id, { isStrict: true })).toHaveLength(1);
  });
});
