import type { Executor } from '../database.ts';

/** Where the dispatcher hears that there is something to do for it. */
export const WORK_CHANNEL = 'webhook_work';

/** In the transaction that makes the work: the dispatcher looks when that is committed. */
export async function notifyWork({ sql }: Executor): Promise<void> {
  await sql`select pg_notify(${WORK_CHANNEL}, '')`;
}
