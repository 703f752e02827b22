import type { Database, Executor, Fragment, RunOptions } from '../database.ts';
import type { AboutEvent } from './deliveries.ts';

export interface StoredAttempt extends AboutEvent {
  /** Counted from 1. */
  readonly attempt: number;
  readonly at: Date;
  readonly outcome: 'delivered' | 'retried' | 'failed';
  readonly status: number | null;
  readonly latencyMs: number;
  readonly address: string | null;
  readonly error: string | null;
  readonly head: Uint8Array | null;
}

export interface AttemptPlace {
  readonly at: Date;
  readonly deliveryId: bigint;
}

export interface AttemptPage extends Pick<RunOptions, 'signal'> {
  readonly webhookId: string;
  /** Undefined: all. */
  readonly outcome: 'delivered' | 'unsuccessful' | undefined;
  /** The last attempt of the page before. */
  readonly before: AttemptPlace | undefined;
  readonly limit: number;
}

/** The newest first. Each outcome has an index of its own, so a page reads as many rows as it has. */
export async function listAttempts(db: Database, { signal, ...page }: AttemptPage): Promise<StoredAttempt[]> {
  const rows = await db.run(
    (executor) => {
      const { sql } = executor;
      const delivered = attemptsOf(executor, sql`outcome = 'delivered'`, page);
      const others = attemptsOf(executor, sql`outcome <> 'delivered'`, page);
      if (page.outcome === 'delivered') return sql<StoredAttempt[]>`${delivered}`;
      if (page.outcome === 'unsuccessful') return sql<StoredAttempt[]>`${others}`;
      return sql<StoredAttempt[]>`
        select * from ((${delivered}) union all (${others})) both_kinds
        order by at desc, "deliveryId" desc limit ${page.limit}`;
    },
    { signal },
  );
  return [...rows];
}

function attemptsOf(
  { sql }: Executor,
  outcome: Fragment,
  { webhookId, before, limit }: Omit<AttemptPage, 'signal'>,
): Fragment {
  const start =
    before === undefined
      ? sql``
      : sql`and (at, delivery_id) < (${before.at.toISOString()}::timestamptz, ${before.deliveryId}::int8)`;
  return sql`
    select delivery_id as "deliveryId", epoch, event_id as "eventId", event, test_id as "testId",
           replay_id as "replayId", attempt, at, outcome, status, latency_ms as "latencyMs", address, error, head
    from webhook_attempts
    where webhook_id = ${webhookId} and ${outcome} ${start}
    order by at desc, delivery_id desc limit ${limit}`;
}
