import type { Database } from '../database.ts';

/** After a restore: ids given out since the backup will be given again, so that cursors from before must not go on. */
export async function renewEpoch(db: Database): Promise<string> {
  const [row] = await db.run(
    ({ sql }) => sql<{ epoch: string }[]>`
      update event_log_head set epoch = left(replace(gen_random_uuid()::text, '-', ''), 12) returning epoch`,
  );
  if (row === undefined) throw new TypeError('the event log has no head; the database was not migrated');
  return row.epoch;
}
