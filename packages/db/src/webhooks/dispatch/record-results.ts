import type { Database, Executor, Fragment } from '../../database.ts';
import { storableText } from '../../sql.ts';
import { againOnConflict, transaction, type Transaction } from '../../transaction.ts';
import { notifyWork, RESULTS_CHANNEL } from '../dispatch-channels.ts';
import { idsOf, LOCK_ATTEMPTS, type Claim } from './hand-out.ts';
import {
  healthAfter,
  lockHealth,
  storeHealth,
  type AfterFailure,
  type WebhookHealth,
} from './webhook-health.ts';

/** What came of one attempt. */
export interface AttemptResult extends Claim {
  readonly webhookId: string;
  readonly isTest: boolean;
  readonly delivered: boolean;
  /** Until the next attempt, if this one failed; null: there is none. */
  readonly retryInMs: number | null;
  /** What the receiver asked for in `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  readonly at: Date;
  readonly latencyMs: number;
  readonly status: number | null;
  readonly address: string | null;
  /** Code of the error, if there was no response. */
  readonly error: string | null;
  readonly head: Uint8Array | null;
}

interface RecordOptions {
  readonly afterFailure: AfterFailure;
}

export interface Recorded {
  /** Ids of deliveries of which this attempt counts. Of the others somebody else has reported, or the webhook is gone. */
  readonly counted: ReadonlySet<bigint>;
  /** Of the endpoints that failed, or had failed before. */
  readonly health: ReadonlyMap<string, WebhookHealth>;
}

/**
 * Stores what came of attempts. A delivery that succeeded is removed, whoever has its claim; a failure counts only if the claim is
 * still the attempt's own. A success of a healthy endpoint costs one statement; what changes how an endpoint fares, a
 * transaction.
 *
 * @throws DatabaseUnavailableError: then nobody knows, and recording the same results again does no harm
 */
export async function recordResults(
  db: Database,
  results: readonly AttemptResult[],
  { afterFailure }: RecordOptions,
): Promise<Recorded> {
  const { counted, recovering } = await storeDelivered(
    db,
    results.filter(({ delivered }) => delivered),
  );
  const others = results.filter(
    ({ delivered, isTest, webhookId }) => !delivered || (!isTest && recovering.has(webhookId)),
  );
  if (others.length === 0) return { counted, health: new Map() };
  return await transaction(
    db,
    async (tx) => {
      const failed = others.filter(({ delivered }) => !delivered);
      const [before, own] = await Promise.all([lockHealth(tx, others), storeFailed(tx, failed)]);
      const counting = others.filter(({ id, delivered, isTest }) => !isTest && (delivered || own.has(id)));
      const after = healthAfter(before, counting, afterFailure);
      await Promise.all([storeHealth(tx, after, counting), notifyResults(tx, failed)]);
      const health = new Map([...after].map(([id, { now: _, ...rest }]) => [id, rest]));
      return { counted: new Set([...counted, ...own]), health };
    },
    { attempts: LOCK_ATTEMPTS },
  );
}

/** A success is noted that often, so that a healthy endpoint costs nothing. */
const NOTE_SUCCESS_SECONDS = 10;

interface Delivered {
  readonly counted: ReadonlySet<bigint>;
  /** Webhooks of which a success is news. */
  readonly recovering: ReadonlySet<string>;
}

async function storeDelivered(db: Database, results: readonly AttemptResult[]): Promise<Delivered> {
  if (results.length === 0) return { counted: new Set(), recovering: new Set() };
  const store = (executor: Executor) =>
    executor.sql<{ counted: string[] | null; recovering: string[] | null }[]>`
      with ${resultRows(executor, results)}, delivered as (
        delete from webhook_deliveries where id = any (${idsOf(results)}::text::int8[])
        returning *, 'delivered' as outcome
      ), ${loggedAttempts(executor, executor.sql`select *, attempts + 1 as attempt from delivered`)}, next as (
        update webhook_progress set next_due_at = now()
        from webhooks where webhooks.id = webhook_progress.webhook_id and ordering = 'strict'
          and next_due_at is not null
          and webhook_progress.webhook_id in (select webhook_id from delivered where test_id is null)
      ), recovering as (
        select webhook_id from webhook_progress
        where webhook_id in (select webhook_id from result where not is_test) and (
          failures > 0 or open_until is not null or last_success_at is null
          or last_success_at < now() - make_interval(secs => ${NOTE_SUCCESS_SECONDS}))
      )
      select (select json_agg(id::text) from delivered) as counted,
             (select json_agg(webhook_id) from recovering) as recovering,
             ${resultNotices(executor, results)}`;
  const [row] = await againOnConflict(LOCK_ATTEMPTS, () => db.run(store));
  return {
    counted: new Set((row?.counted ?? []).map(BigInt)),
    recovering: new Set(row?.recovering),
  };
}

async function storeFailed(tx: Transaction, results: readonly AttemptResult[]): Promise<ReadonlySet<bigint>> {
  if (results.length === 0) return new Set();
  const counted = await tx.sql<{ id: bigint }[]>`
    with ${resultRows(tx, results)}, failed as (
      update webhook_deliveries own set
        attempts = attempts + 1, claimed = false,
        state = case when retry is null then 'failed' else 'pending' end,
        due_at = now() + make_interval(secs => coalesce(retry, 0)),
        finished_at = case when retry is null then now() end,
        last_error = result.error, last_status = result.status
      from result
      where own.id = any (${idsOf(results)}::text::int8[])
        and own.id = result.id and own.claim = result.claim and own.state = 'pending'
      returning own.*, case when own.state = 'failed' then 'failed' else 'retried' end as outcome
    ), ${loggedAttempts(tx, tx.sql`select *, attempts as attempt from failed`)}
    select id from failed`;
  return new Set(counted.map(({ id }) => id));
}

/** The results as the rows of `result`. */
function resultRows({ sql }: Executor, results: readonly AttemptResult[]): Fragment {
  const rows = results.map(({ id, webhookId, claim, isTest, retryInMs, error, head, ...attempt }) => ({
    id: String(id),
    webhook_id: webhookId,
    claim,
    is_test: isTest,
    retry: retryInMs === null ? null : retryInMs / 1000,
    at: attempt.at.toISOString(),
    latency: Math.round(attempt.latencyMs),
    status: attempt.status,
    address: attempt.address,
    error: error === null ? null : storableText(error),
    head: head === null ? null : Buffer.from(head).toString('hex'),
  }));
  return sql`
    result as (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as result (
        id int8, webhook_id uuid, claim int, is_test bool, retry float8, at timestamptz, latency int, status int, address text,
        error text, head text)
    )`;
}

/** Inserts an attempt for each of these deliveries. */
function loggedAttempts({ sql }: Executor, deliveries: Fragment): Fragment {
  return sql`
    logged as (
      insert into webhook_attempts (day, at, webhook_id, delivery_id, attempt, epoch, event_id, event, test_id, replay_id,
                                    outcome, status, latency_ms, address, error, head)
      select floor(extract(epoch from at) / 86400), at, own.webhook_id, own.id, attempt, epoch, event_id, event, test_id,
             replay_id, outcome, status, latency, address, error, decode(head, 'hex')
      from (${deliveries}) own join result on result.id = own.id
    )`;
}

async function notifyResults(tx: Transaction, results: readonly AttemptResult[]): Promise<void> {
  if (results.length === 0) return;
  await tx.sql`select ${resultNotices(tx, results)}`;
  // A retry may be due before the dispatcher looks again by itself.
  await notifyWork(tx);
}

/** Columns that notify of the results. */
function resultNotices({ sql }: Executor, results: readonly AttemptResult[]): Fragment {
  const payload = results.map(({ id, latencyMs }) => `${id}:${Math.round(latencyMs)}`).join(',');
  return sql`pg_notify(${RESULTS_CHANNEL}, ${payload})`;
}
