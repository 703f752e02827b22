import type { Database } from '../database.ts';

/** Deletes events appended more than `retentionDays` ago, by the database's clock; returns how many rows are gone. */
export async function trimLog(
  db: Database,
  { retentionDays }: { readonly retentionDays: number },
): Promise<{ deletedRows: number }> {
  const deleted = await db.run(
    ({ sql }) => sql`
      delete from event_log
      where created_at < clock_timestamp() - make_interval(secs => ${retentionDays * 86_400})`,
  );
  return { deletedRows: deleted.count };
}
