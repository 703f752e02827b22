import { arrayLiteral, isoTime, storableText } from '../../sql.ts';
import type { Transaction } from '../../transaction.ts';
import { nextDueAt } from './hand-out.ts';
import type { AttemptResult } from './record-results.ts';

/** How an endpoint fares; times in unix milliseconds. */
export interface WebhookHealth {
  /** The first failure since the last success. */
  readonly failingSince: number | null;
  /** Failures since the last success. */
  readonly failures: number;
  /** Nothing is handed out until then; null if the breaker is closed. */
  readonly openUntil: number | null;
  /** How often the breaker opened since the last success. */
  readonly opened: number;
}

export const HEALTHY: WebhookHealth = { failingSince: null, failures: 0, openUntil: null, opened: 0 };

/** How an endpoint fares after a failure. Called for each failure in turn; may be called again with the same ones. */
export type AfterFailure = (health: WebhookHealth, result: AttemptResult, now: number) => WebhookHealth;

type HealthRow = WebhookHealth & {
  readonly webhookId: string;
  readonly now: number;
};

/** The endpoints whose row may change. */
export async function lockHealth(
  { sql }: Transaction,
  results: readonly AttemptResult[],
): Promise<Map<string, HealthRow>> {
  const live = results.filter(({ isTest }) => !isTest);
  const rows = await sql<HealthRow[]>`
    select webhook_id as "webhookId", failures, opened,
           (extract(epoch from failing_since) * 1000)::float8 as "failingSince",
           (extract(epoch from open_until) * 1000)::float8 as "openUntil",
           (extract(epoch from now()) * 1000)::float8 as now
    from webhook_progress
    where webhook_id = any (${arrayLiteral([...new Set(live.map(({ webhookId }) => webhookId))])}::text::uuid[])
    order by webhook_id for update`;
  return new Map(rows.map((row) => [row.webhookId, row]));
}

/** How each of these endpoints fares after its results. */
export function healthAfter(
  before: ReadonlyMap<string, HealthRow>,
  results: readonly AttemptResult[],
  afterFailure: AfterFailure,
): Map<string, HealthRow> {
  const after = new Map<string, HealthRow>();
  for (const result of results) {
    const row = after.get(result.webhookId) ?? before.get(result.webhookId);
    // A healthy one that succeeds; or the webhook is gone.
    if (row === undefined) continue;
    const health = result.delivered ? HEALTHY : afterFailure(row, result, row.now);
    after.set(result.webhookId, { ...row, ...health });
  }
  return after;
}

export async function storeHealth(
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
      error: failure === undefined || failure.error === null ? null : storableText(failure.error),
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
