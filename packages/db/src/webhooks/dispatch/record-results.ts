import type { Database } from '../../database.ts';
import { arrayLiteral, storableText } from '../../sql.ts';
import { transaction, type Transaction } from '../../transaction.ts';
import type { Claim } from './hand-out.ts';
import { nextDueAt } from './hand-out.ts';

/** Where the dispatcher hears of results: `<delivery>:<latency in ms>`, separated by commas. */
export const RESULTS_CHANNEL = 'webhook_results';
/** Postgres refuses payloads of 8000 bytes. */
const RESULTS_PER_NOTICE = 200;

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

/** How an endpoint fares; times in unix milliseconds. */
export interface WebhookHealth {
  readonly failingSince: number | null;
  readonly failures: number;
  readonly openUntil: number | null;
  readonly opened: number;
}

interface RecordOptions {
  /** Called with the results of one endpoint that failed, in the order in which they ended; may be called again. */
  readonly afterFailure: (health: WebhookHealth, result: AttemptResult, now: number) => WebhookHealth;
}

export interface Recorded {
  /** Ids of deliveries of which this attempt counts. Of the others somebody else has reported, or the webhook is gone. */
  readonly counted: ReadonlySet<bigint>;
  /** Of the endpoints that failed, or had failed before. */
  readonly health: ReadonlyMap<string, WebhookHealth>;
}

/**
 * Stores what came of attempts, all or nothing. A delivery that succeeded is removed, whoever has its claim; a failure counts
 * only if the claim is still the attempt's own. Endpoints that are healthy and succeed are not written.
 *
 * @throws DatabaseUnavailableError: then nobody knows, and recording the same results again does no harm
 */
export async function recordResults(
  db: Database,
  results: readonly AttemptResult[],
  { afterFailure }: RecordOptions,
): Promise<Recorded> {
  return await transaction(
    db,
    async (tx) => {
      const [health, counted] = await Promise.all([lockHealth(tx, results), storeAttempts(tx, results)]);
      const own = results.filter(({ id, isTest }) => counted.has(id) && !isTest);
      const changed = healthAfter(health, own, afterFailure);
      await Promise.all([storeHealth(tx, changed, own), notify(tx, results)]);
      return { counted, health: new Map([...changed].map(([id, { now: _, ...rest }]) => [id, rest])) };
    },
    { attempts: 3 },
  );
}

type HealthRow = WebhookHealth & {
  readonly webhookId: string;
  readonly now: number;
};

/** A success is noted that often, so that a healthy endpoint costs nothing. */
const NOTE_SUCCESS_SECONDS = 10;

/** The endpoints whose row may change. */
async function lockHealth(
  { sql }: Transaction,
  results: readonly AttemptResult[],
): Promise<Map<string, HealthRow>> {
  const live = results.filter(({ isTest }) => !isTest);
  const all = arrayLiteral([...new Set(live.map(({ webhookId }) => webhookId))]);
  const failed = live.filter(({ delivered }) => !delivered).map(({ webhookId }) => webhookId);
  const rows = await sql<HealthRow[]>`
    select webhook_id as "webhookId", failures, opened,
           (extract(epoch from failing_since) * 1000)::float8 as "failingSince",
           (extract(epoch from open_until) * 1000)::float8 as "openUntil",
           (extract(epoch from now()) * 1000)::float8 as now
    from webhook_progress
    where webhook_id = any (${all}::text::uuid[]) and (
      webhook_id = any (${arrayLiteral([...new Set(failed)])}::text::uuid[])
      or failures > 0 or open_until is not null or last_success_at is null
      or last_success_at < now() - make_interval(secs => ${NOTE_SUCCESS_SECONDS})
      or exists (select from webhooks where webhooks.id = webhook_id and ordering = 'strict')
    )
    order by webhook_id for update`;
  return new Map(rows.map((row) => [row.webhookId, row]));
}

async function storeAttempts(
  { sql }: Transaction,
  results: readonly AttemptResult[],
): Promise<ReadonlySet<bigint>> {
  const rows = results.map(({ id, claim, delivered, retryInMs, status, error, ...attempt }) => ({
    id: String(id),
    claim,
    delivered,
    retry: retryInMs === null ? null : retryInMs / 1000,
    at: attempt.at.toISOString(),
    latency: Math.round(attempt.latencyMs),
    status,
    address: attempt.address,
    error: error === null ? null : storableText(error),
    head: attempt.head === null ? null : Buffer.from(attempt.head).toString('hex'),
  }));
  const counted = await sql<{ id: bigint }[]>`
    with result as (
      select * from json_to_recordset(${JSON.stringify(rows)}::text::json) as result (
        id int8, claim int, delivered bool, retry float8, at timestamptz, latency int, status int, address text, error text,
        head text)
    ), delivered as (
      delete from webhook_deliveries using result
      where webhook_deliveries.id = result.id and result.delivered
      returning webhook_deliveries.*, 'delivered' as outcome
    ), failed as (
      update webhook_deliveries own set
        attempts = attempts + 1, claimed = false,
        state = case when retry is null then 'failed' else 'pending' end,
        due_at = now() + make_interval(secs => coalesce(retry, 0)),
        finished_at = case when retry is null then now() end,
        last_error = result.error, last_status = result.status
      from result
      where own.id = result.id and not result.delivered and own.claim = result.claim and own.state = 'pending'
      returning own.*, case when own.state = 'failed' then 'failed' else 'retried' end as outcome
    ), counted as (
      select id, webhook_id, attempts + 1 as attempt, epoch, event_id, event, test_id, replay_id, outcome from delivered
      union all
      select id, webhook_id, attempts, epoch, event_id, event, test_id, replay_id, outcome from failed
    ), logged as (
      insert into webhook_attempts (day, at, webhook_id, delivery_id, attempt, epoch, event_id, event, test_id, replay_id,
                                    outcome, status, latency_ms, address, error, head)
      select floor(extract(epoch from at) / 86400), at, webhook_id, counted.id, attempt, epoch, event_id, event, test_id,
             replay_id, outcome, status, latency, address, error, decode(head, 'hex')
      from counted join result on result.id = counted.id
    )
    select id from counted`;
  return new Set(counted.map(({ id }) => id));
}

function healthAfter(
  before: ReadonlyMap<string, HealthRow>,
  results: readonly AttemptResult[],
  afterFailure: RecordOptions['afterFailure'],
): Map<string, HealthRow> {
  const after = new Map<string, HealthRow>();
  for (const result of results) {
    const row = after.get(result.webhookId) ?? before.get(result.webhookId);
    // A healthy one that succeeds; or the webhook is gone.
    if (row === undefined) continue;
    const health = result.delivered
      ? { failingSince: null, failures: 0, openUntil: null, opened: 0 }
      : afterFailure(row, result, row.now);
    after.set(result.webhookId, { ...row, ...health });
  }
  return after;
}

async function storeHealth(
  tx: Transaction,
  health: ReadonlyMap<string, HealthRow>,
  results: readonly AttemptResult[],
): Promise<void> {
  if (health.size === 0) return;
  const rows = [...health].map(([id, { failingSince, failures, openUntil, opened }]) => {
    const own = results.filter(({ webhookId }) => webhookId === id);
    const success = own.findLast(({ delivered }) => delivered);
    const failure = own.findLast(({ delivered }) => !delivered);
    return {
      id,
      failing_since: isoTime(failingSince),
      failures,
      open_until: isoTime(openUntil),
      opened,
      success: success !== undefined,
      failure: failure !== undefined,
      error: failure?.error ?? null,
      status: failure?.status ?? null,
    };
  });
  await tx.sql`
    update webhook_progress set
      failing_since = own.failing_since, failures = own.failures, open_until = own.open_until, opened = own.opened,
      last_success_at = case when own.success then now() else last_success_at end,
      last_failure_at = case when own.failure then now() else last_failure_at end,
      last_error = case when own.failure then own.error else last_error end,
      last_status = case when own.failure then own.status else last_status end
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as own (
      id uuid, failing_since timestamptz, failures int, open_until timestamptz, opened int, success bool, failure bool,
      error text, status int)
    where webhook_id = own.id`;
  await tx.sql`
    update webhook_progress set next_due_at = ${nextDueAt(tx)}
    where webhook_id = any (${arrayLiteral([...health.keys()])}::text::uuid[])`;
}

function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

async function notify({ sql }: Transaction, results: readonly AttemptResult[]): Promise<void> {
  for (let start = 0; start < results.length; start += RESULTS_PER_NOTICE) {
    const some = results.slice(start, start + RESULTS_PER_NOTICE);
    const payload = some.map(({ id, latencyMs }) => `${id}:${Math.round(latencyMs)}`).join(',');
    await sql`select pg_notify(${RESULTS_CHANNEL}, ${payload})`;
  }
}
