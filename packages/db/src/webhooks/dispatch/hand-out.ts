import type { Database, Executor, Fragment } from '../../database.ts';
import { arrayLiteral } from '../../sql.ts';
import { againOnConflict, transaction } from '../../transaction.ts';
import { notifyUnsent, notifyWork } from '../dispatch-channels.ts';

/** Whoever hands out and whoever reports lock the same rows, rarely in another order. */
export const LOCK_ATTEMPTS = 5;

/** One attempt that somebody may make. Only the last claim of a delivery may count a failure. */
export interface Claim {
  readonly id: bigint;
  readonly claim: number;
}

export interface HandedOut extends Claim {
  readonly webhookId: string;
  /** In the log; null of a test. */
  readonly eventId: bigint | null;
}

/** So many deliveries of an endpoint; of a strict one only its first. */
interface Take {
  readonly webhookId: string;
  readonly isStrict: boolean;
  readonly limit: number;
}

interface HandOutOptions {
  /** After so many seconds a delivery that nobody has reported on is due again. */
  readonly claimSeconds: number;
}

/**
 * Hands out the deliveries that are due for longest, and notes when each endpoint is to be looked at again. A strict endpoint
 * gets the first that is pending, and only if that is due: nothing overtakes it. Endpoints that are not active, or whose circuit
 * breaker is open, get nothing; one that is half-open gets one.
 *
 * It is one statement, as it runs after every result. An endpoint that gets all that it may has more due, most likely: what is
 * noted of it stays, unless these deliveries were due more than a second later. Whoever has changed the row of an endpoint
 * meanwhile knows better when to look at it: then the row's version is another one, and this statement leaves it alone.
 *
 * @throws DatabaseUnavailableError
 */
export async function handOut(
  db: Database,
  takes: readonly Take[],
  { claimSeconds }: HandOutOptions,
): Promise<HandedOut[]> {
  const rows = JSON.stringify(
    takes.map(({ webhookId: id, isStrict: strict, limit }) => ({ id, strict, limit })),
  );
  const hand = (executor: Executor) =>
    executor.sql<HandedOut[]>`
      with take as (
        select take.id, take.strict, next_due_at, progress.xmin as version,
               case when open_until is null then take."limit" else 1 end as most
        from json_to_recordset(${rows}::text::json) as take (id uuid, strict bool, "limit" int)
        join webhooks on webhooks.id = take.id and state = 'active'
        join webhook_progress progress on webhook_id = take.id and (open_until is null or open_until <= now())
      ), due as (
        select due.* from take cross join lateral (
          select id, webhook_id, due_at from webhook_deliveries
          where webhook_id = take.id and state = 'pending' and due_at <= now() and test_id is null
          order by due_at, id limit most
        ) due where not strict
        union all
        select first.* from take cross join lateral (
          select id, webhook_id, due_at from webhook_deliveries
          where webhook_id = take.id and state = 'pending' and test_id is null
          order by id limit 1
        ) first where strict and first.due_at <= now()
      ), taken as (
        update webhook_deliveries set ${claimed(executor, claimSeconds)}
        where id in (select id from due) and state = 'pending' and due_at <= now()
        returning id, webhook_id, claim, event_id, due_at
      ), given as (
        select due.webhook_id, count(*) as count, max(due.due_at) as due_to, min(taken.due_at) as claimed_to
        from due left join taken on taken.id = due.id group by due.webhook_id
      ), next as (
        select take.id, version, case when strict
          then coalesce(claimed_to, first.due_at)
          else least(claimed_to, other.due_at)
        end as due_at
        from take left join given on webhook_id = take.id left join lateral (
          select due_at from webhook_deliveries
          where webhook_id = take.id and state = 'pending' and test_id is null and strict
          order by id limit 1
        ) first on true left join lateral (
          select due_at from webhook_deliveries
          where webhook_id = take.id and state = 'pending' and test_id is null and not strict
            and id not in (select id from due)
          order by due_at limit 1
        ) other on true
        where strict or (count = most and next_due_at between due_to - interval '1 second' and now()) is not true
      ), noted as (
        update webhook_progress set next_due_at = next.due_at
        from next where webhook_id = next.id and webhook_progress.xmin = version
      )
      select id, webhook_id as "webhookId", claim, event_id as "eventId" from taken`;
  const taken = await againOnConflict(LOCK_ATTEMPTS, () => db.run(hand));
  return [...taken];
}

/** Hands out test deliveries that are due, whatever the state of their webhooks. */
export async function handOutTests(
  db: Database,
  { claimSeconds, limit }: HandOutOptions & { readonly limit: number },
): Promise<HandedOut[]> {
  const rows = await db.run(
    (executor) => executor.sql<HandedOut[]>`
      update webhook_deliveries set ${claimed(executor, claimSeconds)}
      where id in (
        select id from webhook_deliveries where state = 'pending' and test_id is not null and due_at <= now()
        order by due_at limit ${limit}
      ) returning id, webhook_id as "webhookId", claim, null::int8 as "eventId"`,
  );
  return [...rows];
}

/** Makes deliveries due at once that were handed out and not attempted. Nothing is spent. */
export async function returnDeliveries(db: Database, claims: readonly Claim[]): Promise<void> {
  const rows = JSON.stringify(claims.map(({ id, claim }) => ({ id: String(id), claim })));
  await transaction(
    db,
    async (tx) => {
      const returned = await tx.sql<{ id: bigint }[]>`
      with returned as (
        update webhook_deliveries own set due_at = now(), claimed = false
        from json_to_recordset(${rows}::text::json) as given (id int8, claim int)
        where own.id = any (${idsOf(claims)}::text::int8[])
          and own.id = given.id and own.claim = given.claim and own.claimed and state = 'pending'
        returning own.id, webhook_id, test_id
      ), locked as (
        select webhook_id from webhook_progress
        where webhook_id in (select webhook_id from returned where test_id is null)
        order by webhook_id for update
      ), woken as (
        update webhook_progress set next_due_at = least(next_due_at, now())
        where webhook_id in (select webhook_id from locked) and next_due_at is not null
      )
      select id from returned`;
      await notifyUnsent(
        tx,
        returned.map(({ id }) => id),
      );
      await notifyWork(tx);
    },
    { attempts: LOCK_ATTEMPTS },
  );
}

function claimed({ sql }: Executor, seconds: number): Fragment {
  return sql`due_at = now() + make_interval(secs => ${seconds}), claim = claim + 1, claimed = true`;
}

/**
 * The ids, as an array to compare with: so the deliveries are looked up by their ids, whatever the planner believes about how
 * many are pending. Its statistics are older than the last ledger.
 */
export function idsOf(claims: readonly Pick<Claim, 'id'>[]): string {
  return arrayLiteral(claims.map(({ id }) => String(id)));
}

/** When an endpoint, a row of `webhook_progress`, is to be looked at; null if nothing is pending, or it is not active. */
export function nextDueAt({ sql }: Executor): Fragment {
  return sql`
    case (select ordering from webhooks where webhooks.id = webhook_progress.webhook_id and state = 'active')
      when 'strict' then (
        select greatest(open_until, due_at) from webhook_deliveries own
        where own.webhook_id = webhook_progress.webhook_id and state = 'pending' and test_id is null
        order by own.id limit 1)
      when 'none' then (
        select greatest(open_until, due_at) from webhook_deliveries own
        where own.webhook_id = webhook_progress.webhook_id and state = 'pending' and test_id is null
        order by due_at, own.id limit 1)
    end`;
}
