import type { Transaction } from '../../transaction.ts';

const ALL_SNAPSHOTS_DAYS = 8;
const INCIDENTS_DAYS = 365;

/**
 * Keeps the last snapshot of each anchor and day of the days before the last eight, and removes incidents that ended more than
 * a year ago. Each day is looked at once.
 */
export async function expireHistory({ sql }: Transaction): Promise<void> {
  const [due] = await sql<{ from: Date | null; to: Date }[]>`
    with thinned as (
      select thinned_to as from, date_trunc('day', now() - make_interval(days => ${ALL_SNAPSHOTS_DAYS}), 'UTC') as to
      from anchor_progress
    )
    select * from thinned where "from" is null or "from" < "to"`;
  if (due === undefined) return;
  const [from, to] = [(due.from ?? new Date(0)).toISOString(), due.to.toISOString()];
  await sql`
    delete from anchor_snapshots s where at >= ${from}::timestamptz and at < ${to}::timestamptz and exists (
      select from anchor_snapshots later
      where later.anchor = s.anchor and later.at > s.at
        and later.at < date_trunc('day', s.at, 'UTC') + interval '1 day')`;
  await sql`delete from anchor_incidents where ended_at < now() - make_interval(days => ${INCIDENTS_DAYS})`;
  await sql`update anchor_progress set thinned_to = ${to}`;
}
