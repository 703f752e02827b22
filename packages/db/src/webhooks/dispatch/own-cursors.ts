import type { Database, Fragment, Executor } from '../../database.ts';
import { LOWEST_UUID } from '../../sql.ts';
import { transaction, type Transaction } from '../../transaction.ts';
import { becomeLive, lockCursor } from '../live-state.ts';
import type { StoredWebhook } from '../stored-webhook.ts';
import { insertDeliveries, type Matched } from './match-events.ts';

/** One that catches up goes on while fewer of its deliveries are pending. */
const MOST_PENDING = 5000;

/** What goes through the log by a cursor of its own. */
export interface OwnCursor {
  readonly kind: 'behind' | 'replay';
  /** Of the webhook that is behind, or of the replay. */
  readonly id: string;
  readonly webhookId: string;
  readonly owner: string;
  readonly keys: StoredWebhook['filterKeys'];
  /** Everything up to this event is matched. */
  readonly after: bigint;
  /** The last event of a replay; null: the place where the webhook becomes live. */
  readonly last: bigint | null;
}

interface OwnCursorOptions {
  /** Those with a greater id are next; null: from the beginning. */
  readonly after: string | null;
  readonly limit: number;
}

/** Active webhooks that catch up, and replays of active webhooks, whose endpoints keep up with what they got and have no open breaker. */
export async function readOwnCursors(db: Database, { after, limit }: OwnCursorOptions): Promise<OwnCursor[]> {
  const rows = await db.run(
    (executor) => executor.sql<OwnCursor[]>`
      select * from (
        select 'behind' as kind, id, id as "webhookId", owner, filter_keys as keys, matched_to as after, null::int8 as last
        from webhooks where state = 'active' and matched_to is not null
        union all
        select 'replay', webhook_replays.id, webhooks.id, owner, filter_keys, next_id - 1, last_id
        from webhook_replays join webhooks on webhooks.id = webhook_id
        where webhook_replays.state = 'running' and webhooks.state = 'active'
      ) cursors
      where id > ${after ?? LOWEST_UUID} and ${keepsUp(executor)}
      order by id limit ${limit}`,
  );
  return [...rows];
}

/** While nothing is sent anyway, nobody counts what is pending: of `and`, Postgres might do the expensive half first. */
function keepsUp({ sql }: Executor): Fragment {
  return sql`
    case when exists (
      select from webhook_progress where webhook_progress.webhook_id = cursors."webhookId" and open_until > now()
    ) then false else (
      select count(*) from (
        select from webhook_deliveries own
        where own.webhook_id = cursors."webhookId" and own.state = 'pending' limit ${MOST_PENDING}
      ) pending
    ) < ${MOST_PENDING} end`;
}

interface OwnStep {
  readonly cursor: OwnCursor;
  readonly epoch: string;
  /** The event up to which the log was looked at. */
  readonly to: bigint;
  /** Those that match, in order. */
  readonly events: readonly { readonly id: bigint; readonly event: string }[];
}

/** Null: somebody has changed what the step began with. */
export async function advanceOwnCursor(db: Database, step: OwnStep): Promise<Matched[] | null> {
  return await transaction(db, (tx) =>
    step.cursor.kind === 'behind' ? advanceBehind(tx, step) : advanceReplay(tx, step),
  );
}

async function advanceBehind(tx: Transaction, step: OwnStep): Promise<Matched[] | null> {
  const { cursor } = step;
  const live = await lockCursor(tx);
  const to = step.to < live.id ? step.to : live.id;
  const moved = await tx.sql`
    update webhooks set matched_to = ${to}
    where id = ${cursor.id} and state = 'active' and matched_to = ${cursor.after}
      and filter_keys = ${JSON.stringify(cursor.keys)}::text::jsonb`;
  if (moved.count !== 1) return null;
  const matched = await insert(
    tx,
    step,
    step.events.filter(({ id }) => id <= to),
  );
  if (to === live.id) await becomeLive(tx, cursor.id);
  return matched;
}

async function advanceReplay(tx: Transaction, step: OwnStep): Promise<Matched[] | null> {
  const { cursor, to } = step;
  const isLast = cursor.last !== null && to >= cursor.last;
  const moved = await tx.sql`
    update webhook_replays set next_id = ${to + 1n}, matched = matched + ${step.events.length},
           state = case when ${isLast} then 'done' else state end,
           finished_at = case when ${isLast} then now() end
    where id = ${cursor.id} and state = 'running' and next_id = ${cursor.after + 1n}`;
  return moved.count === 1 ? await insert(tx, step, step.events) : null;
}

async function insert(
  tx: Transaction,
  { cursor, epoch }: OwnStep,
  events: OwnStep['events'],
): Promise<Matched[]> {
  if (events.length === 0) return [];
  const rows = JSON.stringify(events.map(({ id, event }) => ({ id: String(id), event })));
  const replay = cursor.kind === 'replay' ? cursor.id : null;
  return await insertDeliveries(
    tx,
    tx.sql`
      select ${cursor.webhookId}::uuid as webhook_id, ${epoch}::text as epoch, id, event, ${replay}::uuid as replay_id
      from json_to_recordset(${rows}::text::json) as each (id int8, event text)`,
  );
}
