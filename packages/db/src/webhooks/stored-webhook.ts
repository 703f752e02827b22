import type { Executor, Fragment } from '../database.ts';

/** One key of a filter, with the least amount in stroops; `0` if it asks for none. */
interface StoredFilterKey {
  readonly key: string;
  readonly min_amount: string;
}

/** The owner whose webhooks an operation may see; null: those of all owners. */
export type Scope = string | null;

/** A webhook, with how deliveries go. */
export interface StoredWebhook {
  readonly id: string;
  readonly owner: string;
  readonly url: string;
  readonly description: string | null;
  readonly ordering: 'none' | 'strict';
  readonly signature: 'hmac' | 'ed25519';
  readonly filters: object;
  readonly filterKeys: readonly StoredFilterKey[];
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  readonly state: 'active' | 'paused' | 'disabled';
  readonly stateReason: string | null;
  readonly stateSince: Date;
  /** Null: it is live. */
  readonly matchedTo: bigint | null;
  readonly missedAfter: bigint | null;
  readonly missedTo: bigint | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly failingSince: Date | null;
  readonly failures: number;
  /** Null unless the circuit breaker is open now. */
  readonly openUntil: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  readonly lastError: string | null;
  readonly lastStatus: number | null;
  /** Of the log: its ids are those of this epoch. */
  readonly epoch: string;
}

/** The columns of a `StoredWebhook`, from `webhooks left join webhook_progress`. */
export function webhookColumns({ sql }: Executor): Fragment {
  return sql`
    id, owner, url, description, ordering, signature, filters, filter_keys as "filterKeys", concurrency,
    rate_per_second as "ratePerSecond", state, state_reason as "stateReason", state_since as "stateSince",
    matched_to as "matchedTo", missed_after as "missedAfter", missed_to as "missedTo", created_at as "createdAt",
    changed_at as "changedAt", failing_since as "failingSince", coalesce(failures, 0) as failures,
    case when open_until > now() then open_until end as "openUntil", last_success_at as "lastSuccessAt",
    last_failure_at as "lastFailureAt", last_error as "lastError", last_status as "lastStatus",
    (select epoch from event_log_head) as epoch`;
}

/** Whether a row of `webhooks` exists for who may see this scope. */
export function isVisible({ sql }: Executor, scope: Scope): Fragment {
  return scope === null ? sql`state <> 'deleted'` : sql`state <> 'deleted' and owner = ${scope}`;
}
