import type { Database, Executor, Fragment } from '../../database.ts';
import { arrayLiteral } from '../../sql.ts';
import { transaction } from '../../transaction.ts';
import { notifyWork } from '../work-channel.ts';

/** One attempt that somebody may make. Only the last claim of a delivery may count a failure. */
export interface Claim {
  readonly id: bigint;
  readonly claim: number;
}

export interface HandedOut extends Claim {
  readonly webhookId: string;
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

/** Whoever hands out and whoever reports lock the same rows, rarely in another order. */
const ATTEMPTS = 3;

/**
 * Hands out the deliveries that are due for longest, and notes when each endpoint is to be looked at again. A strict endpoint
 * gets the first that is pending, and only if that is due: nothing overtakes it.
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
  const ids = arrayLiteral(takes.map(({ webhookId }) => webhookId));
  return await transaction(
    db,
    async (tx) => {
      const { sql } = tx;
      const [, taken] = await Promise.all([
        sql`
        select from webhook_progress where webhook_id = any (${ids}::text::uuid[])
        order by webhook_id for update`,
        sql<HandedOut[]>`
        with take as (
          select * from json_to_recordset(${rows}::text::json) as take (id uuid, strict bool, "limit" int)
        ), due as (
          select due.id from take cross join lateral (
            select id from webhook_deliveries
            where webhook_id = take.id and state = 'pending' and due_at <= now() and test_id is null
            order by due_at, id limit take."limit"
          ) due where not strict
          union all
          select first.id from take cross join lateral (
            select id, due_at from webhook_deliveries
            where webhook_id = take.id and state = 'pending' and test_id is null
            order by id limit 1
          ) first where strict and first.due_at <= now()
        )
        update webhook_deliveries set ${claimed(tx, claimSeconds)}
        where id in (select id from due) returning id, webhook_id as "webhookId", claim`,
        sql`
        update webhook_progress set next_due_at = ${nextDueAt(tx)}
        where webhook_id = any (${ids}::text::uuid[])`,
      ]);
      return [...taken];
    },
    { attempts: ATTEMPTS },
  );
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
      ) returning id, webhook_id as "webhookId", claim`,
  );
  return [...rows];
}

/** Makes deliveries due at once that were handed out and not attempted. Nothing is spent. */
export async function returnDeliveries(db: Database, claims: readonly Claim[]): Promise<void> {
  const rows = JSON.stringify(claims.map(({ id, claim }) => ({ id: String(id), claim })));
  await transaction(
    db,
    async (tx) => {
      await tx.sql`
      with returned as (
        update webhook_deliveries own set due_at = now(), claimed = false
        from json_to_recordset(${rows}::text::json) as given (id int8, claim int)
        where own.id = given.id and own.claim = given.claim and own.claimed and state = 'pending'
        returning webhook_id, test_id
      ), locked as (
        select webhook_id from webhook_progress
        where webhook_id in (select webhook_id from returned where test_id is null)
        order by webhook_id for update
      )
      update webhook_progress set next_due_at = least(next_due_at, now())
      where webhook_id in (select webhook_id from locked)`;
      await notifyWork(tx);
    },
    { attempts: ATTEMPTS },
  );
}

function claimed({ sql }: Executor, seconds: number): Fragment {
  return sql`due_at = now() + make_interval(secs => ${seconds}), claim = claim + 1, claimed = true`;
}

/** When an endpoint, a row of `webhook_progress`, is to be looked at; null if nothing is pending. */
export function nextDueAt({ sql }: Executor): Fragment {
  return sql`
    case (select ordering from webhooks where webhooks.id = webhook_progress.webhook_id)
      when 'strict' then (
        select greatest(open_until, due_at) from webhook_deliveries own
        where own.webhook_id = webhook_progress.webhook_id and state = 'pending' and test_id is null
        order by own.id limit 1)
      else (
        select greatest(open_until, due_at) from webhook_deliveries own
        where own.webhook_id = webhook_progress.webhook_id and state = 'pending' and test_id is null
        order by due_at, own.id limit 1)
    end`;
}
