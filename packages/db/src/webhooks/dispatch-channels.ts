import type { Executor } from '../database.ts';
import { arrayLiteral } from '../sql.ts';

/** Where the dispatcher hears that there is something to do for it. */
export const WORK_CHANNEL = 'webhook_work';

/** In the transaction that makes the work: the dispatcher looks when that is committed. */
export async function notifyWork({ sql }: Executor): Promise<void> {
  await sql`select pg_notify(${WORK_CHANNEL}, '')`;
}

/** Where the dispatcher hears of attempts that ended: `<delivery>:<latency in ms>`, separated by commas; no latency: nothing was sent. */
export const RESULTS_CHANNEL = 'webhook_results';
/** The most results to store at once: Postgres refuses notices of 8000 bytes. */
export const MOST_RESULTS = 200;

/** Of deliveries that were handed out and not sent, in the transaction that says so. */
export async function notifyUnsent({ sql }: Executor, ids: readonly bigint[]): Promise<void> {
  await sql`
    select pg_notify(${RESULTS_CHANNEL}, string_agg(id || ':', ','))
    from unnest(${arrayLiteral(ids.map(String))}::text::int8[]) with ordinality as each (id, place)
    group by place / ${MOST_RESULTS}`;
}
