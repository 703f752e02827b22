import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { eventually } from '@stellar-insights/devstack/testing';
import { transaction } from '../src/index.ts';
import { readHead } from '../src/log/index.ts';
import { attachPartition, partitionsOf } from '../src/partitions/bounds.ts';
import {
  addTestDelivery,
  cancelReplay,
  changeWebhook,
  countPending,
  createReplay,
  deleteWebhook,
  listAttempts,
  listDeliveries,
  listReplays,
  listWebhooks,
  NoSecretError,
  pauseWebhook,
  readPublicKeys,
  readSecretTimes,
  readSigningSecrets,
  readWebhook,
  resumeWebhook,
  rotateKeyPair,
  rotateSecret,
  WebhookLimitError,
  type Scope,
} from '../src/webhooks/index.ts';
import {
  advanceOwnCursor,
  disableWebhook,
  dropOldAttempts,
  ensureAttemptPartitions,
  readOwnCursors,
  removeOld,
} from '../src/webhooks/dispatch/index.ts';
import { test } from './migrated-database.ts';
import { addWebhook, append, matchLive, pendingEvents } from './stored-webhooks.ts';

const ALL: Scope = null;

function newSecret() {
  return { id: randomUUID(), sealed: Buffer.from('newer'), publicKey: 'whpk_newer' };
}

describe('a webhook', () => {
  test('is seen by its owner and by who sees all; nobody else can do anything to it', async ({ db }) => {
    const { id } = await addWebhook(db);
    const foreign = { id, scope: 'other' };
    const { id: replayId } = (await createReplay(
      db,
      { id, scope: 'acme' },
      { id: randomUUID(), firstId: 1n, lastId: 9n },
    )) ?? { id: '' };
    const attempts = [
      readWebhook(db, foreign),
      changeWebhook(db, foreign, { url: 'https://evil.example/' }),
      pauseWebhook(db, foreign),
      resumeWebhook(db, foreign, { from: 'now' }),
      rotateSecret(db, foreign, { secret: newSecret(), overlapSeconds: 0 }),
      addTestDelivery(db, foreign),
      createReplay(db, foreign, { id: randomUUID(), firstId: 1n, lastId: 9n }),
      cancelReplay(db, { ...foreign, replayId }),
    ];
    expect(await Promise.all(attempts)).toStrictEqual(attempts.map(() => undefined));
    expect(await deleteWebhook(db, foreign)).toBe(false);
    expect(await listWebhooks(db, { scope: 'other', after: undefined, limit: 9 })).toStrictEqual([]);
    const untouched = await readWebhook(db, { id, scope: ALL });
    expect(untouched).toMatchObject({ url: 'https://example.com/hook', state: 'active' });
    expect(await listReplays(db, id)).toMatchObject([{ state: 'running' }]);
  });

  test('is one of so many that an owner can have, however many are created at once', async ({ db }) => {
    const created = await Promise.allSettled(Array.from({ length: 8 }, () => addWebhook(db, ['k'], {}, 5)));
    const refused = created.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(refused).toHaveLength(3);
    for (const error of refused) expect(error).toBeInstanceOf(WebhookLimitError);
    const [first, second] = await listWebhooks(db, { scope: 'acme', after: undefined, limit: 2 });
    expect(await listWebhooks(db, { scope: ALL, after: first?.id, limit: 1 })).toStrictEqual([second]);
    await deleteWebhook(db, { id: first?.id ?? '', scope: 'acme' });
    await expect(addWebhook(db, ['k'], {}, 5)).resolves.toBeDefined();
  });

  test('that is deleted is gone at once, with its keys and its secrets', async ({ db }) => {
    const { id } = await addWebhook(db);
    expect(await deleteWebhook(db, { id, scope: 'acme' })).toBe(true);
    expect(await deleteWebhook(db, { id, scope: 'acme' })).toBe(false);
    await append(db, 'k');
    await matchLive(db);
    expect(await readWebhook(db, { id, scope: ALL })).toBeUndefined();
    expect(await pendingEvents(db, id)).toStrictEqual([]);
    expect(await readSigningSecrets(db, [id])).toStrictEqual([]);
  });

  test('keeps its old filters for what is matched already, and gets the new ones from there on', async ({
    db,
  }) => {
    const { id } = await addWebhook(db, ['a']);
    const first = await append(db, 'a');
    await matchLive(db);
    const changed = await changeWebhook(
      db,
      { id, scope: 'acme' },
      {
        filters: { filters: { events: ['b'] }, filterKeys: [{ key: 'b', min_amount: '0' }] },
        ratePerSecond: 5,
      },
    );
    expect(changed).toMatchObject({
      filters: { events: ['b'] },
      ratePerSecond: 5,
      matchedTo: null,
      concurrency: 10,
    });
    await append(db, 'a');
    const second = await append(db, 'b');
    await matchLive(db);
    expect(await pendingEvents(db, id)).toStrictEqual([first, second]);
    const again = await changeWebhook(
      db,
      { id, scope: 'acme' },
      { ratePerSecond: null, description: 'mine' },
    );
    expect(again).toMatchObject({ filters: { events: ['b'] }, ratePerSecond: null, description: 'mine' });
  });
});

test('a webhook is not disabled for what its former URL answered, nor for failures that are over', async ({
  db,
}) => {
  const { id: webhookId, url } = await addWebhook(db);
  const eventOf = () => ({ event: 'webhook.disabled', channels: [], data: {} });
  const former = { webhookId, reason: 'gone', url: 'https://example.com/former' } as const;
  expect(await disableWebhook(db, former, eventOf)).toBeNull();
  const over = { webhookId, reason: 'failing', url } as const;
  expect(await disableWebhook(db, over, eventOf)).toBeNull();
  expect(await readWebhook(db, { id: webhookId, scope: ALL })).toMatchObject({ state: 'active' });
  await db.run(({ sql }) => sql`update webhook_progress set failing_since = now()`);
  expect(await disableWebhook(db, over, eventOf)).toMatchObject({ webhookId });
});

describe('a secret', () => {
  test('that is rotated signs on for the overlap; at most two sign', async ({ db }) => {
    const { id } = await addWebhook(db);
    const place = { id, scope: 'acme' };
    const until = await rotateSecret(db, place, { secret: newSecret(), overlapSeconds: 3600 });
    expect(until?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    expect(await readSecretTimes(db, id)).toMatchObject([{ signsUntil: null }, { signsUntil: until }]);
    const latest = newSecret();
    await rotateSecret(db, place, { secret: latest, overlapSeconds: 3600 });
    expect(await readSigningSecrets(db, [id])).toMatchObject([
      { webhookId: id, signature: 'hmac', id: latest.id },
      { webhookId: id, sealed: Buffer.from('newer') },
    ]);
    await rotateSecret(db, place, { secret: newSecret(), overlapSeconds: 0 });
    expect(await readSecretTimes(db, id)).toHaveLength(1);
  });

  test('of ed25519 belongs to the installation: one pair for all of its webhooks', async ({ db }) => {
    const [one, two] = await Promise.all([
      addWebhook(db, ['k'], { signature: 'ed25519' }),
      addWebhook(db, ['k'], { signature: 'ed25519' }),
    ]);
    await expect(
      rotateSecret(db, { id: one.id, scope: 'acme' }, { secret: newSecret(), overlapSeconds: 0 }),
    ).rejects.toBeInstanceOf(NoSecretError);
    expect(await readPublicKeys(db)).toMatchObject([{ publicKey: 'whpk_first', signsUntil: null }]);
    const until = await rotateKeyPair(db, { secret: newSecret(), overlapSeconds: 60 });
    expect(await readPublicKeys(db)).toMatchObject([{ publicKey: 'whpk_newer' }, { signsUntil: until }]);
    const secrets = await readSigningSecrets(db, [one.id, two.id]);
    expect(secrets.map(({ webhookId }) => webhookId).toSorted()).toStrictEqual(
      [one.id, one.id, two.id, two.id].toSorted(),
    );
  });
});

test('deliveries are listed by state, pending ones from the oldest on; ten tests of a webhook may wait', async ({
  db,
}) => {
  const { id } = await addWebhook(db);
  await append(db, 'k', 'k', 'k');
  await matchLive(db);
  const all = { webhookId: id, state: 'pending' as const, after: undefined, limit: 10 };
  const [first, second] = await listDeliveries(db, all);
  expect(await listDeliveries(db, { ...all, after: first?.deliveryId, limit: 1 })).toStrictEqual([second]);
  expect(await countPending(db, { id, limit: 2 })).toBe(2);
  await db.run(({ sql }) => sql`update webhook_deliveries set state = 'failed', finished_at = now()`);
  const failed = await listDeliveries(db, { ...all, state: 'failed' });
  expect(failed.map(({ eventId }) => eventId)).toStrictEqual([3n, 2n, 1n]);
  for (let count = 0; count < 10; count++) {
    expect(await addTestDelivery(db, { id, scope: 'acme' })).toMatchObject({ testId: expect.any(String) });
  }
  expect(await addTestDelivery(db, { id, scope: 'acme' })).toBeNull();
});

test('attempts are listed from the newest on, page by page, all or by outcome', async ({ db }) => {
  const { id } = await addWebhook(db);
  await db.run(
    ({ sql }) =>
      sql`create table webhook_attempts_0 partition of webhook_attempts for values from (0) to (100000)`,
  );
  await db.run(
    ({ sql }) => sql`
      insert into webhook_attempts (day, at, webhook_id, delivery_id, attempt, event, outcome, latency_ms)
      select 20000, to_timestamp(1728000000 + n / 3), ${id}, n, 1, 'payment.created',
             (array['delivered', 'retried', 'failed'])[1 + n % 3], n
      from generate_series(1, 30) n`,
  );
  for (const [outcome, expected] of [
    [undefined, 30],
    ['delivered', 10],
    ['unsuccessful', 20],
  ] as const) {
    const whole = await listAttempts(db, { webhookId: id, outcome, before: undefined, limit: 100 });
    expect(whole).toHaveLength(expected);
    const pages = [];
    for (
      let page = await listAttempts(db, { webhookId: id, outcome, before: undefined, limit: 7 });
      page.length > 0;
    ) {
      pages.push(...page);
      page = await listAttempts(db, { webhookId: id, outcome, before: page.at(-1), limit: 7 });
    }
    expect(pages).toStrictEqual(whole);
    const ids = whole.map(({ deliveryId }) => Number(deliveryId));
    expect(ids).toStrictEqual(ids.toSorted((a, b) => b - a));
  }
});

describe('what is removed', () => {
  test('are deliveries that failed 30 days ago, and the attempts of days that are no longer kept', async ({
    db,
  }) => {
    const { id } = await addWebhook(db);
    await append(db, 'k', 'k', 'k');
    await matchLive(db);
    await db.run(
      ({ sql }) => sql`
        update webhook_deliveries set state = 'failed', finished_at = now() - make_interval(days => 33 - 2 * event_id::int)
        where event_id <= 2`,
    );
    expect(await removeOld(db)).toBe(false);
    const left = { webhookId: id, after: undefined, limit: 9 };
    expect(await listDeliveries(db, { ...left, state: 'failed' })).toMatchObject([{ eventId: 2n }]);
    expect(await listDeliveries(db, { ...left, state: 'pending' })).toMatchObject([{ eventId: 3n }]);

    await ensureAttemptPartitions(db);
    const days = () =>
      db.run(async (executor) =>
        (await partitionsOf(executor, 'webhook_attempts')).map(({ first }) => first),
      );
    const [today = 0n, tomorrow] = await days();
    expect(tomorrow).toBe(today + 1n);
    await transaction(db, async (tx) => {
      for (const day of [today - 7n, today - 6n, today - 5n])
        await attachPartition(tx, 'webhook_attempts', { first: day, next: day + 1n });
    });
    expect((await dropOldAttempts(db, 5)).dropped).toHaveLength(2);
    expect(await days()).toStrictEqual([today - 5n, today, tomorrow]);
  });

  test('is all of a webhook that was deleted, also what a replay adds meanwhile', async ({ db }) => {
    const { id } = await addWebhook(db);
    const { id: other } = await addWebhook(db);
    const last = await append(db, 'k', 'k');
    await matchLive(db);
    const range = { id: randomUUID(), firstId: 1n, lastId: last };
    await createReplay(db, { id, scope: 'acme' }, range);
    const [cursor] = await readOwnCursors(db, { after: null, limit: 9 });
    if (cursor === undefined) throw new RangeError('found no replay');
    await deleteWebhook(db, { id, scope: 'acme' });
    const { epoch } = await readHead(db);
    const waiting = async (count: number) => {
      const rows = await db.run(({ sql }) => sql`select from pg_locks where not granted`);
      expect(rows).toHaveLength(count);
    };
    const works: Promise<unknown>[] = [];
    await transaction(db, async ({ sql }) => {
      await sql`select from webhook_progress for update`;
      const events = [{ id: last, event: 'payment.created' }];
      works.push(advanceOwnCursor(db, { cursor, epoch, to: last, events }));
      await eventually(() => waiting(1));
      works.push(removeOld(db));
      await eventually(() => waiting(2));
    });
    expect(await Promise.all(works)).toStrictEqual([[{ webhookId: id, deliveries: 1 }], true]);
    expect(await removeOld(db)).toBe(false);
    const rows = await db.run(
      ({ sql }) => sql<{ id: string }[]>`
      select id from webhooks union all select webhook_id from webhook_progress
      union all select webhook_id from webhook_deliveries union all select webhook_id from webhook_replays
      union all select webhook_id from webhook_secrets union all select webhook_id from webhook_filter_keys`,
    );
    expect([...new Set(rows.map((row) => row.id))]).toStrictEqual([other]);
  });
});
