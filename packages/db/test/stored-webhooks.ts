import { randomUUID } from 'node:crypto';
import { transaction, type Database } from '../src/index.ts';
import { appendEvents, readEvents, readHead, type LogCursor } from '../src/log/index.ts';
import {
  advanceMatching,
  advanceOwnCursor,
  readOwnCursors,
  recordResults,
  type AttemptResult,
  type Claim,
  type KeyedEvent,
} from '../src/webhooks/dispatch/index.ts';
import { createWebhook, type StoredWebhook } from '../src/webhooks/index.ts';

/* What tests of webhooks share: events that name their keys, and a dispatcher that only matches. */

/** What `matchNew` names its events by. */
export const KEY = 'payment.created';

export async function addWebhook(
  db: Database,
  keys: readonly string[] = ['k'],
  fields: Partial<Parameters<typeof createWebhook>[1]['webhook']> = {},
  limit = 100,
): Promise<StoredWebhook> {
  return await createWebhook(db, {
    webhook: {
      id: randomUUID(),
      owner: 'acme',
      url: 'https://example.com/hook',
      description: null,
      ordering: 'none',
      signature: 'hmac',
      filters: { events: keys },
      filterKeys: keys.map((key) => ({ key, min_amount: '0' })),
      concurrency: 10,
      ratePerSecond: null,
      ...fields,
    },
    secret: { id: randomUUID(), sealed: Buffer.from('sealed'), publicKey: 'whpk_first' },
    limit,
  });
}

/** What came of an attempt. */
export function attemptResult(webhookId: string, { id, claim }: Claim, delivered: boolean): AttemptResult {
  return {
    id,
    claim,
    webhookId,
    delivered,
    isTest: false,
    retryInMs: delivered ? null : 3_600_000,
    retryAfterMs: undefined,
    at: new Date(),
    latencyMs: 5,
    status: delivered ? 204 : 500,
    address: '127.0.0.1',
    error: null,
    head: null,
  };
}

/** Appends so many events of `KEY` and matches them. */
export async function matchNew(db: Database, count: number): Promise<bigint[]> {
  const events = Array.from({ length: count }, (_, place) => ({ event: KEY, channels: [], data: { place } }));
  const { epoch, firstId, lastId } = await transaction(db, (tx) => appendEvents(tx, events));
  const ids = Array.from({ length: count }, (_, place) => firstId + BigInt(place));
  await advanceMatching(db, {
    from: { epoch, id: firstId - 1n },
    to: { epoch, id: lastId },
    events: ids.map((id) => ({ id, event: KEY, keys: [{ key: KEY, amount: '0' }] })),
  });
  return ids;
}

/** Stores results; each failure of an endpoint counts one. */
export const record = (db: Database, results: AttemptResult[]) =>
  recordResults(db, results, {
    afterFailure: (before) => ({ ...before, failures: before.failures + 1, failingSince: 1 }),
  });

/** The deliveries that wait, in their order. */
export async function pending(
  db: Database,
): Promise<{ eventId: bigint; attempts: number; claimed: boolean }[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ eventId: bigint; attempts: number; claimed: boolean }[]>`
      select event_id as "eventId", attempts, claimed from webhook_deliveries where state = 'pending' order by id`,
  );
  return rows.map((row) => ({ ...row }));
}

/** How far a webhook is, and how often it has failed. */
export async function webhook(db: Database, id: string) {
  const [row] = await db.run(
    ({ sql }) => sql<
      { matchedTo: bigint | null; missedAfter: bigint | null; missedTo: bigint | null; failures: number }[]
    >`
      select matched_to as "matchedTo", missed_after as "missedAfter", missed_to as "missedTo", failures
      from webhooks join webhook_progress on webhook_id = id where id = ${id}`,
  );
  return { ...row };
}

/** Appends an event for each key; returns the id of the last. */
export async function append(db: Database, ...keys: string[]): Promise<bigint> {
  const events = keys.map((key) => ({ event: 'payment.created', channels: [], data: { key } }));
  const { lastId } = await transaction(db, (tx) => appendEvents(tx, events));
  return lastId;
}

/** Matches what is new for the live webhooks. */
export async function matchLive(db: Database): Promise<void> {
  const [from] = await db.run(({ sql }) => sql<LogCursor[]>`select epoch, id from webhook_cursor`);
  if (from === undefined) throw new TypeError('found no cursor');
  const { epoch, lastId } = await readHead(db);
  await advanceMatching(db, {
    from,
    to: { epoch, id: lastId },
    events: await keyedEvents(db, from.id, lastId),
  });
}

/** Matches what webhooks that are behind, and replays, have left. */
export async function matchOwn(db: Database): Promise<void> {
  const { epoch, lastId } = await readHead(db);
  for (const cursor of await readOwnCursors(db, { after: null, limit: 100 })) {
    const to = cursor.last ?? lastId;
    const all = await keyedEvents(db, cursor.after, to);
    const events = all.filter(({ keys: [own] }) => cursor.keys.some(({ key }) => key === own?.key));
    await advanceOwnCursor(db, { cursor, epoch, to, events });
  }
}

async function keyedEvents(db: Database, after: bigint, to: bigint): Promise<KeyedEvent[]> {
  const { epoch } = await readHead(db);
  const { events } = await readEvents(db, { after: { epoch, id: after }, limit: 10_000 });
  return events
    .filter(({ id }) => id <= to)
    .map(({ id, event, data }) => ({
      id,
      event,
      keys: [{ key: (JSON.parse(data) as { key: string }).key, amount: '0' }],
    }));
}

/** The events that are to be delivered, in the order of their deliveries. */
export async function pendingEvents(db: Database, webhookId: string): Promise<bigint[]> {
  const rows = await db.run(
    ({ sql }) => sql<{ id: bigint }[]>`
      select event_id as id from webhook_deliveries where webhook_id = ${webhookId} and state = 'pending' order by webhook_deliveries.id`,
  );
  return rows.map(({ id }) => id);
}
