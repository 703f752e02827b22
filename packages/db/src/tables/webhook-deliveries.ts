import { bytes, time } from './columns.ts';
import { bigint, boolean, check, index, integer, pgTable, sql, text, uuid } from './drizzle.ts';

/* What is due at which endpoint, and what came of it. */

/** How deliveries to a webhook go. */
export const webhookProgress = pgTable(
  'webhook_progress',
  {
    webhookId: uuid('webhook_id').primaryKey(),
    /** When to look for deliveries to hand out. Null: nothing is pending, or it is not active. */
    nextDueAt: time('next_due_at'),
    /** The first failure since the last success. */
    failingSince: time('failing_since'),
    /** Failures since the last success. */
    failures: integer('failures').notNull().default(0),
    /** The circuit breaker is open until then. */
    openUntil: time('open_until'),
    /** How often it opened since the last success. */
    opened: integer('opened').notNull().default(0),
    lastSuccessAt: time('last_success_at'),
    lastFailureAt: time('last_failure_at'),
    lastError: text('last_error'),
    lastStatus: integer('last_status'),
  },
  (table) => [
    index('webhook_progress_due')
      .on(table.nextDueAt)
      .where(sql`${table.nextDueAt} is not null`),
  ],
);

/** What has not been delivered: pending, or failed for good. A delivery that succeeds leaves its attempts only. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** In the order of the log for the events of one webhook, replays apart. */
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    webhookId: uuid('webhook_id').notNull(),
    /** Of the log when the event was matched. */
    epoch: text('epoch'),
    eventId: bigint('event_id', { mode: 'bigint' }),
    /** The event's kind. */
    event: text('event').notNull(),
    /** In place of an event of the log. */
    testId: uuid('test_id'),
    replayId: uuid('replay_id'),
    state: text('state').$type<'pending' | 'failed'>().notNull().default('pending'),
    /** Attempts that were spent. */
    attempts: integer('attempts').notNull().default(0),
    /** When it may be handed out, or handed out again. */
    dueAt: time('due_at').notNull(),
    /** Counts the times that it was handed out. Only the last may count a failure. */
    claim: integer('claim').notNull().default(0),
    /** Handed out, and not returned yet. */
    claimed: boolean('claimed').notNull().default(false),
    createdAt: time('created_at').notNull(),
    finishedAt: time('finished_at'),
    lastError: text('last_error'),
    lastStatus: integer('last_status'),
  },
  (table) => [
    check(
      'webhook_deliveries_event',
      sql`(${table.testId} is null) = (${table.eventId} is not null and ${table.epoch} is not null)`,
    ),
    index('webhook_deliveries_by_webhook').on(table.webhookId, table.state, table.id),
    index('webhook_deliveries_due')
      .on(table.webhookId, table.dueAt, table.id)
      .where(sql`${table.state} = 'pending'`),
    index('webhook_deliveries_tests')
      .on(table.dueAt)
      .where(sql`${table.state} = 'pending' and ${table.testId} is not null`),
    index('webhook_deliveries_failed')
      .on(table.finishedAt)
      .where(sql`${table.state} = 'failed'`),
  ],
);

/** What each attempt met. Partitioned by `day`. */
export const webhookAttempts = pgTable(
  'webhook_attempts',
  {
    /** Days from 1970-01-01 to `at`, in UTC. */
    day: integer('day').notNull(),
    at: time('at').notNull(),
    webhookId: uuid('webhook_id').notNull(),
    deliveryId: bigint('delivery_id', { mode: 'bigint' }).notNull(),
    /** Counted from 1. */
    attempt: integer('attempt').notNull(),
    epoch: text('epoch'),
    eventId: bigint('event_id', { mode: 'bigint' }),
    event: text('event').notNull(),
    testId: uuid('test_id'),
    replayId: uuid('replay_id'),
    /** `retried`: it failed, and another attempt follows. */
    outcome: text('outcome').$type<'delivered' | 'retried' | 'failed'>().notNull(),
    /** Of the response. Null: there was none. */
    status: integer('status'),
    latencyMs: integer('latency_ms').notNull(),
    /** The address that was connected to. Null: none was. */
    address: text('address'),
    /** Code of the error, if there was no response. */
    error: text('error'),
    /** The beginning of the response's body. */
    head: bytes('head'),
  },
  (table) => [
    index('webhook_attempts_delivered')
      .on(table.webhookId, table.at, table.deliveryId)
      .where(sql`${table.outcome} = 'delivered'`),
    index('webhook_attempts_other')
      .on(table.webhookId, table.at, table.deliveryId)
      .where(sql`${table.outcome} <> 'delivered'`),
  ],
);

/** Events that a webhook is to get again, in the order of the log. */
export const webhookReplays = pgTable(
  'webhook_replays',
  {
    id: uuid('id').primaryKey(),
    webhookId: uuid('webhook_id').notNull(),
    firstId: bigint('first_id', { mode: 'bigint' }).notNull(),
    /** Included. */
    lastId: bigint('last_id', { mode: 'bigint' }).notNull(),
    /** The first that is not matched yet. */
    nextId: bigint('next_id', { mode: 'bigint' }).notNull(),
    state: text('state').$type<'running' | 'done' | 'cancelled' | 'failed'>().notNull(),
    reason: text('reason'),
    /** Deliveries made. */
    matched: bigint('matched', { mode: 'bigint' })
      .notNull()
      .default(sql`0`),
    createdAt: time('created_at').notNull(),
    finishedAt: time('finished_at'),
  },
  (table) => [
    index('webhook_replays_by_webhook').on(table.webhookId, table.createdAt),
    index('webhook_replays_running')
      .on(table.webhookId)
      .where(sql`${table.state} = 'running'`),
  ],
);
