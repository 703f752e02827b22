import type { Database } from '../../database.ts';
import type { Claim } from './hand-out.ts';

/** What an attempt needs to know of its delivery and of the endpoint, as they are now. */
export interface DeliveryWork extends Claim {
  readonly webhookId: string;
  readonly url: string;
  readonly isStrict: boolean;
  readonly state: 'active' | 'paused' | 'disabled';
  /** Attempts that were spent before this one. */
  readonly attempts: number;
  /** Milliseconds until the claim is over. */
  readonly leftMs: number;
  readonly createdAt: Date;
  readonly event: string;
  readonly subject: EventPlace | { readonly testId: string };
}

interface EventPlace {
  readonly epoch: string;
  readonly id: bigint;
}

type WorkRow = Omit<DeliveryWork, 'subject'> & {
  readonly epoch: string | null;
  readonly eventId: bigint | null;
  readonly testId: string | null;
};

/** Of those whose claim is still the last one, and whose webhook is not deleted. */
export async function readWork(db: Database, claims: readonly Claim[]): Promise<DeliveryWork[]> {
  const given = JSON.stringify(claims.map(({ id, claim }) => ({ id: String(id), claim })));
  const rows = await db.run(
    ({ sql }) => sql<WorkRow[]>`
      select own.id, own.claim, own.webhook_id as "webhookId", url, ordering = 'strict' as "isStrict", webhooks.state,
             attempts, (extract(epoch from due_at - now()) * 1000)::float8 as "leftMs", own.created_at as "createdAt",
             event, epoch, event_id as "eventId", test_id as "testId"
      from json_to_recordset(${given}::text::json) as given (id int8, claim int)
      -- Looked up one by one, whatever the planner believes about how many are pending.
      cross join lateral (select * from webhook_deliveries where id = given.id offset 0) own
      join webhooks on webhooks.id = own.webhook_id
      where own.claim = given.claim and own.claimed and own.state = 'pending' and webhooks.state <> 'deleted'`,
  );
  return rows.map(({ epoch, eventId, testId, ...work }) => ({
    ...work,
    subject: epoch === null || eventId === null ? { testId: testId ?? '' } : { epoch, id: eventId },
  }));
}
