import type { Database, Executor, Fragment } from '../../database.ts';
import { arrayLiteral, LOWEST_UUID } from '../../sql.ts';

/** An endpoint with a delivery that is due. */
export interface DueWebhook {
  readonly webhookId: string;
  readonly isStrict: boolean;
  readonly concurrency: number;
  readonly ratePerSecond: number | null;
  /** Whether its circuit breaker was open, and its pause is over. */
  readonly isHalfOpen: boolean;
}

interface DueOptions {
  /** Those with a greater id are next; null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
  /** Those that can take nothing now. */
  readonly except: readonly string[];
}

/** Active endpoints with deliveries that are due, by id: so that in turn each is reached, however many there are. */
export async function readDueWebhooks(
  db: Database,
  { after, limit, except }: DueOptions,
): Promise<DueWebhook[]> {
  const rows = await db.run(
    (executor) => executor.sql<DueWebhook[]>`
      ${selectDue(executor)}
        and webhook_id > ${after ?? LOWEST_UUID} and webhook_id <> all (${arrayLiteral(except)}::text::uuid[])
      order by webhook_id limit ${limit}`,
  );
  return [...rows];
}

/** Those of these endpoints that are active and have deliveries that are due. */
export async function readDueAmong(db: Database, webhookIds: readonly string[]): Promise<DueWebhook[]> {
  const rows = await db.run(
    (executor) => executor.sql<DueWebhook[]>`
      ${selectDue(executor)} and webhook_id = any (${arrayLiteral(webhookIds)}::text::uuid[])`,
  );
  return [...rows];
}

function selectDue({ sql }: Executor): Fragment {
  return sql`
    select webhook_id as "webhookId", ordering = 'strict' as "isStrict",
           case when ordering = 'strict' then 1 else concurrency end as concurrency,
           rate_per_second as "ratePerSecond", open_until is not null as "isHalfOpen"
    from webhook_progress join webhooks on id = webhook_id
    where next_due_at <= now() and state = 'active' and (open_until is null or open_until <= now())`;
}

interface ClaimedDelivery {
  readonly id: bigint;
  readonly webhookId: string;
  /** Milliseconds until it may be handed out again. */
  readonly leftMs: number;
}

/** Deliveries to these webhooks that somebody has handed out, and whose claim is not over. */
export async function readClaimed(db: Database, webhookIds: readonly string[]): Promise<ClaimedDelivery[]> {
  const rows = await db.run(
    ({ sql }) => sql<ClaimedDelivery[]>`
      select id, webhook_id as "webhookId", (extract(epoch from due_at - now()) * 1000)::float8 as "leftMs"
      from webhook_deliveries
      where webhook_id = any (${arrayLiteral(webhookIds)}::text::uuid[]) and state = 'pending' and claimed
        and due_at > now()`,
  );
  return [...rows];
}

/** Which of these deliveries are still handed out. */
export async function stillClaimed(db: Database, ids: readonly bigint[]): Promise<Set<bigint>> {
  const rows = await db.run(
    ({ sql }) => sql<{ id: bigint }[]>`
      select id from webhook_deliveries
      where id = any (${arrayLiteral(ids.map(String))}::text::int8[]) and claimed and due_at > now()`,
  );
  return new Set(rows.map(({ id }) => id));
}
