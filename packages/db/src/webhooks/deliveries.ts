import type { Database, RunOptions } from '../database.ts';
import { transaction } from '../transaction.ts';
import { lockWebhook, type WebhookPlace } from './read-webhooks.ts';
import { notifyWork } from './dispatch-channels.ts';

/** What a delivery or an attempt is about: an event of the log, or a test. */
export interface AboutEvent {
  readonly deliveryId: bigint;
  /** Of the log when the event was matched; null of a test. */
  readonly epoch: string | null;
  readonly eventId: bigint | null;
  /** The event's kind. */
  readonly event: string;
  readonly testId: string | null;
  readonly replayId: string | null;
}

/** A delivery that has not succeeded. */
export interface StoredDelivery extends AboutEvent {
  readonly state: 'pending' | 'failed';
  readonly attempts: number;
  readonly dueAt: Date;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly lastError: string | null;
  readonly lastStatus: number | null;
}

export interface DeliveryPage extends Pick<RunOptions, 'signal'> {
  readonly webhookId: string;
  readonly state: 'pending' | 'failed';
  /** The last delivery of the page before. */
  readonly after: bigint | undefined;
  readonly limit: number;
}

/** Pending ones from the oldest on, failed ones from the newest on. */
export async function listDeliveries(
  db: Database,
  { webhookId, state, after, limit, signal }: DeliveryPage,
): Promise<StoredDelivery[]> {
  const rows = await db.run(
    ({ sql }) => {
      const isPending = state === 'pending';
      const start = isPending ? sql`and id > ${after ?? 0n}` : sql`and id < ${after ?? 2n ** 63n - 1n}`;
      return sql<StoredDelivery[]>`
        select id as "deliveryId", epoch, event_id as "eventId", event, test_id as "testId", replay_id as "replayId",
               state, attempts, due_at as "dueAt", created_at as "createdAt", finished_at as "finishedAt",
               last_error as "lastError", last_status as "lastStatus"
        from webhook_deliveries
        where webhook_id = ${webhookId} and state = ${state} ${start}
        order by id ${isPending ? sql`asc` : sql`desc`} limit ${limit}`;
    },
    { signal },
  );
  return [...rows];
}

export interface TestDelivery {
  readonly deliveryId: bigint;
  readonly testId: string;
}

/** How many tests of one webhook may wait. */
const MOST_TESTS = 10;

/** Null if as many tests of the webhook wait already; undefined if there is no such webhook. */
export function addTestDelivery(
  db: Database,
  place: WebhookPlace,
  { signal }: Pick<RunOptions, 'signal'> = {},
): Promise<TestDelivery | null | undefined> {
  return transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      if (!(await lockWebhook(tx, place))) return undefined;
      const { id } = place;
      const waiting = await sql`
        select from webhook_deliveries
        where state = 'pending' and test_id is not null and webhook_id = ${id} limit ${MOST_TESTS}`;
      if (waiting.length === MOST_TESTS) return null;
      const [delivery] = await sql<TestDelivery[]>`
        insert into webhook_deliveries (webhook_id, event, test_id, due_at, created_at)
        values (${id}, 'webhook.test', gen_random_uuid(), now(), now())
        returning id as "deliveryId", test_id as "testId"`;
      await notifyWork(tx);
      return delivery;
    },
    { signal },
  );
}
